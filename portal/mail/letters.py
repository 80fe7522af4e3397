"""Writing a mail: the plain text is the source, the HTML part says the same with links one can click."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.template import Context, engines
from django.template.backends.django import DjangoTemplates
from django.template.loader import render_to_string

ITEM = "- "


@dataclass(frozen=True)
class Rendered:
    """A mail, ready to be queued."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Block:
    """Lines that belong together: a paragraph or a list."""

    lines: list[str]
    is_list: bool


def render(name: str, context: Mapping[str, Any]) -> Rendered:
    """The mail of `templates/mail/<name>.txt`: its first line is the subject, lines that begin with "- " are a list.

    Of the context the footer uses `reason` (why the person gets this mail) and `unsubscribe_url`, where given.
    """
    subject, _newline, body = _plain(f"mail/{name}.txt", context).strip().partition("\n")
    body = re.sub(r"\n{3,}", "\n\n", body.strip())
    footer = {"site": settings.SITE_URL, "subject": subject.strip(), "body": body} | dict(context)
    return Rendered(
        subject=subject.strip(),
        text=re.sub(r"\n{3,}", "\n\n", _plain("mail/layout.txt", footer).strip()) + "\n",
        html=render_to_string("mail/layout.html", footer | {"blocks": _blocks(body)}),
    )


def _plain(template: str, context: Mapping[str, Any]) -> str:
    """Plain text has nothing to escape; everything in it is escaped when it becomes HTML."""
    engine = engines["django"]
    assert isinstance(engine, DjangoTemplates)  # noqa: S101 - tells the type checker which engine this is
    return engine.engine.get_template(template).render(Context(dict(context), autoescape=False))


def _blocks(text: str) -> list[Block]:
    """Paragraphs and lists, as empty lines and the marks of the items part them."""
    paragraphs = (paragraph.splitlines() for paragraph in text.split("\n\n"))
    return [
        Block([line.removeprefix(ITEM) if is_list else line for line in lines], is_list)
        for paragraph in paragraphs
        for is_list, lines in groupby(paragraph, key=lambda line: line.startswith(ITEM))
    ]
