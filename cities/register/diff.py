"""What changed from one register to the next, as values. Pure: knows no Django."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from cities.geometry import Point
from cities.register.entries import AssociationEntry, MunicipalityEntry, RegionEntry, Register
from cities.register.successors import Successor, successors


@dataclass(frozen=True, slots=True)
class Dissolved:
    """A municipality that is no more, and where it went; None where that cannot be told."""

    entry: MunicipalityEntry
    successor: Successor | None

    @property
    def changed_district(self) -> bool:
        return self.successor is not None and self.successor.ags[:5] != self.entry.district


@dataclass(frozen=True)
class Diff:
    """Entries as they are now, but `dissolved` as they were; renamed ones with their former name.

    `refigured` are those of which only kind, association, population, area or postcode changed.
    """

    new: tuple[MunicipalityEntry, ...]
    renamed: tuple[tuple[str, MunicipalityEntry], ...]
    refigured: tuple[MunicipalityEntry, ...]
    dissolved: tuple[Dissolved, ...]
    new_regions: tuple[RegionEntry, ...]
    renamed_regions: tuple[tuple[str, RegionEntry], ...]
    dissolved_regions: tuple[RegionEntry, ...]
    associations: tuple[AssociationEntry, ...]  # new or changed
    dissolved_associations: tuple[AssociationEntry, ...]

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, field.name) for field in fields(self))

    @property
    def changed_municipalities(self) -> tuple[MunicipalityEntry, ...]:
        """All whose row is written."""
        return (*self.new, *(entry for _name, entry in self.renamed), *self.refigured)

    @property
    def successors(self) -> dict[str, str]:
        """Old key → new key, of all whose successor was told."""
        return {gone.entry.ags: gone.successor.ags for gone in self.dissolved if gone.successor}

    @property
    def left_open(self) -> tuple[MunicipalityEntry, ...]:
        return tuple(gone.entry for gone in self.dissolved if gone.successor is None)


def compare(before: Register, after: Register, points: Mapping[str, Point]) -> Diff:
    """From one register to the next; `points` are those of the municipalities before, to tell what lies near."""
    told = successors(before, after, points)
    old, new = before.municipalities, after.municipalities
    kept = [(old[ags], entry) for ags, entry in new.items() if ags in old and old[ags] != entry]
    return Diff(
        new=tuple(entry for ags, entry in new.items() if ags not in old),
        renamed=tuple((was.name, entry) for was, entry in kept if was.name != entry.name),
        refigured=tuple(entry for was, entry in kept if was.name == entry.name),
        dissolved=tuple(Dissolved(entry, told.get(ags)) for ags, entry in old.items() if ags not in new),
        new_regions=tuple(entry for key, entry in after.regions.items() if key not in before.regions),
        renamed_regions=tuple(
            (before.regions[key].name, entry)
            for key, entry in after.regions.items()
            if key in before.regions and before.regions[key] != entry
        ),
        dissolved_regions=tuple(entry for key, entry in before.regions.items() if key not in after.regions),
        associations=tuple(e for key, e in after.associations.items() if before.associations.get(key) != e),
        dissolved_associations=tuple(e for key, e in before.associations.items() if key not in after.associations),
    )
