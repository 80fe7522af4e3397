"""Where the pictures of a street map come from, if the operator names a server. Without one no map asks anybody."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_ADDRESS = re.compile(r"[A-Za-z0-9._~:/?&=%@+{}-]+")
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?")  # nothing that could add to a header, and no password
_NEEDED = {"z", "x", "y"}
_POSSIBLE = {*_NEEDED, "r"}  # r: @2x on sharp screens


@dataclass(frozen=True, slots=True)
class TileServer:
    """The address of a picture with {z}, {x} and {y}, who must be named, and the origin that pages may ask."""

    url: str
    attribution: str
    origin: str

    @property
    def host(self) -> str:
        return urlsplit(self.origin).netloc


def read(url: str, *, attribution: str, secure: bool) -> TileServer | None:
    """What TILE_URL and TILE_ATTRIBUTION say; None without them. `secure`: the portal itself is on https.

    ImproperlyConfigured names the setting that cannot be used.
    """
    if not url and not attribution:
        return None
    parts = urlsplit(url)
    placeholders = set(_PLACEHOLDER.findall(parts.path + parts.query))
    if not _ADDRESS.fullmatch(url) or not _HOST.fullmatch(parts.netloc):
        raise ImproperlyConfigured("TILE_URL is no address like https://tiles.example/{z}/{x}/{y}.png.")
    if not _NEEDED <= placeholders <= _POSSIBLE:
        raise ImproperlyConfigured("TILE_URL needs {z}, {x} and {y}, and knows {r} besides, but nothing else.")
    if parts.scheme != "https" and (secure or parts.scheme != "http"):
        raise ImproperlyConfigured("TILE_URL must begin with https://.")
    if not attribution.strip():
        raise ImproperlyConfigured("TILE_ATTRIBUTION must name whom the licence of the map asks to name.")
    return TileServer(url, attribution.strip(), f"{parts.scheme}://{parts.netloc}")
