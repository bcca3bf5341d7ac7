"""Bring the database to the current tables: ``python -m orders.migrate``."""

from orders.database import engine
from orders.tables import Base


def main() -> None:
    """Create the tables that are missing."""
    Base.metadata.create_all(engine())


if __name__ == "__main__":
    main()
