"""What carriers take, from a file that may change while the service runs."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, TypeAdapter


class Currency(StrEnum):
    """The currencies that the shop sells in."""

    EUR = "EUR"
    USD = "USD"
    GBP = "GBP"


class Tariff(BaseModel, frozen=True):
    """What a carrier takes in one currency, in its smallest unit, for each kilogram begun."""

    carrier: str
    currency: Currency
    per_kg_minor: int
    up_to_grams: int


class Change(BaseModel, frozen=True):
    """A tariff that is new, or that has another amount."""

    tariff: Tariff
    old_minor: int | None
    seen_at: datetime


_FILE = TypeAdapter(list[Tariff])


class Tariffs:
    """The tariffs in force."""

    def __init__(self, tariffs: list[Tariff]) -> None:
        self._known = {(each.carrier, each.currency): each for each in tariffs}

    def cheapest(self, weight_grams: int, currency: Currency) -> Tariff | None:
        """The carrier that takes least, of those that carry the weight at all."""
        able = (
            each
            for each in self._known.values()
            if each.currency is currency and weight_grams <= each.up_to_grams
        )
        return min(able, key=lambda each: each.per_kg_minor, default=None)

    def replace(self, tariffs: list[Tariff]) -> list[Change]:
        """Put others in their place, and say what is new."""
        before, self._known = self._known, {(each.carrier, each.currency): each for each in tariffs}
        now = datetime.now(UTC)
        old = {key: each.per_kg_minor for key, each in before.items()}
        return [
            Change(tariff=each, old_minor=old.get(key), seen_at=now)
            for key, each in self._known.items()
            if old.get(key) != each.per_kg_minor
        ]


class TariffFile:
    """The file, and whether it has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at = 0

    def changed(self) -> list[Tariff] | None:
        """Read the file if it is not the one that was read last."""
        modified = self._path.stat().st_mtime_ns
        if modified == self._read_at:
            return None
        self._read_at = modified
        return _FILE.validate_json(self._path.read_bytes())
