"""The address of a server of street maps: usable, or the start is stopped with the name of the setting."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import tile_server

ADDRESS, WORDS = "https://tiles.example/{z}/{x}/{y}.png", "© Leute von hier"


def test_without_an_address_there_is_none():
    assert tile_server.read("", attribution="", secure=True) is None


@pytest.mark.parametrize("address", [ADDRESS, "https://tiles.example:8443/{z}/{x}/{y}{r}.webp?key=a-b_c"])
def test_an_address_is_taken(address):
    found = tile_server.read(address, attribution=WORDS, secure=True)
    assert found.url == address
    assert found.origin == f"https://{found.host}"
    assert found.host.startswith("tiles.example")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "tiles.example/{z}/{x}/{y}.png",
        "/{z}/{x}/{y}.png",
        "javascript:alert(1)//{z}/{x}/{y}",
        "http://tiles.example/{z}/{x}/{y}.png",
        "https://{s}.tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}.png",
        "https://tiles.example/{z}/{x}/{y}/{token}",
        "https://tiles.example; script-src */{z}/{x}/{y}",
        "https://tiles.example/{z}/{x}/{y}\n",
        "https://nutzer:geheim@tiles.example/{z}/{x}/{y}.png",
    ],
)
def test_an_address_that_cannot_be_used_stops_the_start(address):
    with pytest.raises(ImproperlyConfigured, match="TILE_URL"):
        tile_server.read(address, attribution=WORDS, secure=True)


def test_who_made_the_map_must_be_named():
    with pytest.raises(ImproperlyConfigured, match="TILE_ATTRIBUTION"):
        tile_server.read(ADDRESS, attribution=" ", secure=True)


def test_on_a_machine_of_ones_own_the_server_may_be_there_too():
    assert tile_server.read("http://localhost:8080/{z}/{x}/{y}.png", attribution=WORDS, secure=False)
