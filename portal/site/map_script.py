"""What static/map.js needs to know of a map to make it movable: every marker by itself, and all words it says."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from portal.site.map_drawing import WORLD, Kind, Marker, View, project
from portal.site.map_words import LEGEND
from portal.tile_server import TileServer


def data(markers: Iterable[Marker], *, view: View, country: View, tiles: TileServer | None) -> dict[str, Any]:
    """As JSON will hold it; positions and views in units of the sheet, of which the equator measures `world`."""
    return {
        "world": WORLD,
        "view": _corners(view),
        "country": _corners(country),
        "tiles": tiles.url if tiles else None,
        "markers": [_marker(marker) for marker in markers],
        "words": {
            "close": _("Schließen"),
            "closer": _("Näher heran"),
            "several": _("%(number)s Einträge"),
            "zoomIn": _("Karte vergrößern"),
            "zoomOut": _("Karte verkleinern"),
            "kinds": {kind: str(LEGEND[kind]) for kind in Kind},
        },
    }


def _marker(marker: Marker) -> dict[str, Any]:
    spot = project(marker.point)
    return {"kind": marker.kind, "name": marker.name, "url": marker.url, "x": spot.x, "y": spot.y}


def _corners(view: View) -> list[int]:
    """West, north, east, south."""
    return [view.x, view.y, view.x + view.width, view.y + view.height]
