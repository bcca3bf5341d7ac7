"""Bring the database to the current tables: ``python -m storefront.migrate``."""

from storefront.database import engine
from storefront.tables import Base


def main() -> None:
    """Create the tables that are missing."""
    Base.metadata.create_all(engine())


if __name__ == "__main__":
    main()
