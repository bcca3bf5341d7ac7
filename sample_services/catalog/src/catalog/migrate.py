"""Brings the database up to date: `python -m catalog.migrate`."""

import os

import django
from django.core.management import call_command


def migrate() -> None:
    """Run the migrations that the database has not seen."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog.settings")
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


if __name__ == "__main__":
    migrate()
