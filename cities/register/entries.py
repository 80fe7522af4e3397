"""What the register says of a place, as values; the rows of the database are read into the same. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class RegionEntry:
    """A Land, Regierungsbezirk or Kreis; `kind` is one of the values of Region.Kind."""

    key: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class AssociationEntry:
    """An Amt, a Verbandsgemeinde and the like; the key has 9 digits."""

    key: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class MunicipalityEntry:
    """A municipality; `association` is the key of one or empty, `area_km2` None where it is not known."""

    ags: str
    name: str
    kind: str
    association: str = ""
    population: int = 0
    area_km2: float | None = None
    seat_postcode: str = ""

    @property
    def district(self) -> str:
        return self.ags[:5]

    @property
    def land(self) -> str:
        return self.ags[:2]


@dataclass(frozen=True)
class Register:
    """All places of one day, each by its key."""

    day: date | None
    regions: Mapping[str, RegionEntry] = field(default_factory=dict)
    associations: Mapping[str, AssociationEntry] = field(default_factory=dict)
    municipalities: Mapping[str, MunicipalityEntry] = field(default_factory=dict)
