"""Texts of the office as HTML: the few marks of Markdown that people write by themselves, everything else escaped.

Blank lines part paragraphs. `## ` begins a heading, `- ` an item of a list, `|` a row of a table; within a line there
are **bold**, `code`, [words](address) and bare addresses.
"""

import re
from itertools import groupby

from django.utils.html import conditional_escape, format_html, format_html_join, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

_MARKS = re.compile(r"\[([^\]]+)\]\(((?:https?://|/)[^)\s]+)\)|\*\*(.+?)\*\*|`([^`]+)`")


def to_html(text: str) -> SafeString:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return _joined([_block(kind, list(run)) for kind, run in groupby(map(str.strip, lines), key=_kind)])


def line_to_html(line: str) -> SafeString:
    """One line without paragraphs around it."""
    parts, end = [], 0
    for found in _MARKS.finditer(line):
        parts += [_bare(line[end : found.start()]), _marked(found)]
        end = found.end()
    return _joined([*parts, _bare(line[end:])])


def _kind(line: str) -> str:
    """What a line belongs to: neighbours of one kind make one block."""
    return line[:1] if line[:1] in {"", "#", "|"} else "-" if line.startswith("- ") else "text"


def _block(kind: str, lines: list[str]) -> SafeString:
    if kind == "":
        return SafeString("")
    if kind == "#":
        return format_html_join("", "<h2>{}</h2>", ((line.lstrip("# "),) for line in lines))
    if kind == "-":
        return format_html("<ul>{}</ul>", _each("<li>{}</li>", [line[2:] for line in lines]))
    if kind == "|":
        return _table([[cell.strip() for cell in line.strip("|").split("|")] for line in lines])
    return format_html(
        "<p>{}</p>", format_html_join(SafeString("<br>"), "{}", ((line_to_html(line),) for line in lines))
    )


def _table(rows: list[list[str]]) -> SafeString:
    """First row headings, second row the line below them; on a narrow screen it scrolls within itself."""
    cells = ((_each('<td class="kern-table__cell">{}</td>', row),) for row in rows[2:])
    return format_html(
        '<div class="portal-table" role="region" aria-label="{}" tabindex="0">'
        '<table class="kern-table kern-table--small"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>',
        _("Tabelle"),
        _each('<th scope="col" class="kern-table__header">{}</th>', rows[0]),
        format_html_join("", '<tr class="kern-table__row">{}</tr>', cells),
    )


def _each(html: str, texts: list[str]) -> SafeString:
    return format_html_join("", html, ((line_to_html(text),) for text in texts))


def _marked(found: re.Match[str]) -> SafeString:
    words, address, bold, code = found.groups()
    if address:
        return format_html('<a href="{}">{}</a>', address, words)
    return format_html("<strong>{}</strong>", bold) if bold else format_html("<code>{}</code>", code)


def _bare(text: str) -> SafeString:
    return mark_safe(urlize(conditional_escape(text)))  # noqa: S308  # escaped before addresses become links


def _joined(parts: list[SafeString]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308  # every part is escaped
