"""The files of the baseline: their rows, how they are read and written."""

import csv
import gzip
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class MunicipalityRow:
    ags: str
    name: str
    kind: str
    association: str  # its key
    population: int  # 0: GeoNames does not know it
    latitude: float
    longitude: float
    area_km2: float  # within the outline
    successor: str


@dataclass(frozen=True)
class AssociationRow:
    key: str
    name: str
    kind: str


@dataclass(frozen=True)
class LocalityRow:
    ags: str
    name: str
    population: int
    latitude: float
    longitude: float


@dataclass(frozen=True)
class RegionRow:
    key: str
    kind: str
    name: str


@dataclass(frozen=True)
class PostcodeRow:
    postcode: str
    ags: str


def read_table(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, compressed or not, whose first line names its source."""
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    lines = content.decode().splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def write_table(
    file: Path, rows: "Iterable[DataclassInstance]", *, kind: "type[DataclassInstance]", source: str
) -> None:
    """A compressed CSV file that begins with its source; the same rows give the same bytes."""
    text = io.StringIO()
    text.write(f"# {source}\n")
    writer = csv.DictWriter(text, [field.name for field in fields(kind)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    compress(file, text.getvalue())


def compress(file: Path, text: str) -> None:
    """Without name and time of the file inside, so that the same text gives the same bytes."""
    with file.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(text.encode())
