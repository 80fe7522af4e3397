"""The places that the tests of this folder look for: the baseline, loaded once, and a small world written by hand."""

from datetime import date

import pytest

from cities import place_index, reference
from cities.models import Municipality, PostcodePlace, Region

LAENDER = {"02": "Hamburg", "01": "Schleswig-Holstein", "05": "Nordrhein-Westfalen", "07": "Rheinland-Pfalz",
           "09": "Bayern", "16": "Thüringen"}  # fmt: skip
DISTRICTS = {
    "01062": "Kreis Stormarn",
    "02000": "Hamburg",
    "05554": "Kreis Borken",
    "05754": "Kreis Gütersloh",
    "07233": "Landkreis Vulkaneifel",
    "07316": "Neustadt an der Weinstraße",
    "09162": "München",
    "09163": "Rosenheim",
    "09187": "Landkreis Rosenheim",
    "09575": "Landkreis Neustadt a.d. Aisch-Bad Windsheim",
    "16063": "Wartburgkreis",
}
MUNICIPALITIES = [
    ("01062001", "Ahrensburg", 33_000, 53.676, 10.240),
    ("01062011", "Braak", 900, 53.610, 10.249),
    ("02000000", "Hamburg", 1_892_122, 53.551, 9.997),
    ("05554008", "Bocholt", 71_930, 51.838, 6.616),
    ("05554012", "Borken", 43_000, 51.844, 6.858),
    ("05754012", "Halle (Westf.)", 21_000, 52.061, 8.360),
    ("07233224", "Daun", 8_000, 50.197, 6.831),
    ("07233242", "Ulmen", 3_000, 50.210, 6.980),
    ("07316000", "Neustadt an der Weinstraße", 53_981, 49.352, 8.141),
    ("09162000", "München", 1_512_491, 48.137, 11.576),
    ("09163000", "Rosenheim", 64_403, 47.856, 12.129),
    ("09187117", "Bad Aibling", 19_000, 47.864, 12.010),
    ("09575153", "Neustadt a.d. Aisch", 13_419, 49.581, 10.609),
    ("16063105", "Eisenach", 42_408, 50.976, 10.324),
]
DISSOLVED = ("16056000", "Eisenach", "16063105")
POSTCODES = [("22145", "02000000"), ("22145", "01062011"), ("33790", "05754012"), ("80331", "09162000")]


def _municipality(ags, name, population, latitude, longitude, *, successor=None):
    today = successor or ags
    return Municipality(
        ags=ags,
        name=name,
        land_id=today[:2],
        district_id=today[:5],
        population=population,
        latitude=latitude,
        longitude=longitude,
        dissolved_on=date(2021, 7, 1) if successor else None,
        successor_id=successor,
    )


@pytest.fixture
def small_world(db):
    regions = [Region(key=key, kind="land", name=name) for key, name in LAENDER.items()]
    regions += [Region(key=key, kind="district", name=name) for key, name in DISTRICTS.items()]
    Region.objects.bulk_create(regions)
    Municipality.objects.bulk_create(_municipality(*row) for row in MUNICIPALITIES)
    ags, name, successor = DISSOLVED
    _municipality(ags, name, 42_000, 50.976, 10.324, successor=successor).save(force_insert=True)
    PostcodePlace.objects.bulk_create(PostcodePlace(postcode=code, municipality_id=key) for code, key in POSTCODES)
    place_index.rebuild()


@pytest.fixture
def all_places(db):
    reference.load()
