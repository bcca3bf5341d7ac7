"""The category of products that were given none."""

from uuid import UUID

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

UNCATEGORISED_ID = UUID("5e1f0c6e-0d7a-4f0b-9a52-6f1c1d3b7a10")


def add(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the category."""
    apps.get_model("catalog", "Category").objects.create(id=UNCATEGORISED_ID, name="Uncategorised")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
