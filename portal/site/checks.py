"""Whether the operator has filled in the texts the law asks for; needs the database: `check --database default`."""

import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

from portal.site.models import SitePage

REQUIRED = ("impressum", "datenschutz", "barrierefreiheit")
_GAP = re.compile(r"\[[^\]\n]+\](?!\()")  # [something to fill in], not [words](address)


@register(Tags.database)
def legal_texts_are_filled_in(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """One warning per text that is missing or has gaps. It never stops the start, and says nothing before migrate."""
    if "default" not in (databases or ()) or not _has_table():
        return []
    texts = dict(SitePage.objects.filter(slug__in=REQUIRED).values_list("slug", "body"))
    gaps = [message for slug in REQUIRED for message in _gaps(slug, texts.get(slug, ""))]
    return [*gaps, *_unnamed_tile_server(texts.get("datenschutz", ""))]


def gaps_in(text: str) -> list[str]:
    """What still stands in square brackets."""
    return _GAP.findall(text)


def _gaps(slug: str, text: str) -> list[CheckMessage]:
    if not text.strip():
        return [Warning(f"/{slug}/ has no text.", hint="Write it in the admin under Seitentexte.", id="site.W001")]
    found = gaps_in(text)
    if not found:
        return []
    return [
        Warning(
            f"/{slug}/ is not filled in: {', '.join(found)}",
            hint="Fill it in in the admin under Seitentexte.",
            id="site.W002",
        )
    ]


def _unnamed_tile_server(text: str) -> list[CheckMessage]:
    """Whoever asks for a street map sends the address of the machine there, which the text has to say."""
    tiles = settings.TILE_SERVER
    if tiles is None or tiles.host in text:
        return []
    return [
        Warning(
            f"/datenschutz/ does not name {tiles.host}, where street maps come from.",
            hint="Name it in the admin under Seitentexte, or leave TILE_URL empty.",
            id="site.W003",
        )
    ]


def _has_table() -> bool:
    return SitePage._meta.db_table in connections["default"].introspection.table_names()
