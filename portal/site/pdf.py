"""PDF, set by Typst from a template and data; tagged, so that it can be read aloud."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst
from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates"
FONTS = typst.Fonts(include_system_fonts=False)  # those that come with Typst: every machine sets the same pages
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def typeset(template: str, data: Mapping[str, Any], pictures: Mapping[str, str]) -> bytes:
    """The template finds the data in `data.json` and each picture, an SVG, under its name; it can read nothing else.

    Texts are data, never source: whatever is written in them comes out as it is. The PDF keeps to PDF/UA-1; only where
    a text has a sign that no font has, which UA-1 forbids, it is tagged all the same but claims no standard.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "main.typ").write_bytes((TEMPLATES / template).read_bytes())
        (folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
        for picture, svg in pictures.items():
            (folder / picture).write_text(_NOT_IN_XML.sub(" ", svg), encoding="utf-8")
        try:
            return _compiled(folder, accessible=True)
        except typst.TypstError:
            return _compiled(folder, accessible=False)


def _compiled(folder: Path, *, accessible: bool) -> bytes:
    return typst.compile(
        folder / "main.typ",
        root=folder,
        font_paths=FONTS,
        ignore_system_fonts=True,
        pdf_standards=["ua-1"] if accessible else [],
    )
