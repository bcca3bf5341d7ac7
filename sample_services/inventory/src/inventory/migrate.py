"""Creates the tables that are missing: `python -m inventory.migrate`."""

from inventory.database import engine
from inventory.models import Base


def migrate() -> None:
    """Create the tables that are missing."""
    Base.metadata.create_all(engine)


if __name__ == "__main__":
    migrate()
