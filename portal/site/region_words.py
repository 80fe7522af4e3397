"""What is known of a Land or Kreis in sentences, the same on its page and its handout."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Words:
    """Sentences to be shown; those that do not apply are empty."""

    summary: str
    no_towns: str
    no_partners: str
    no_projects: str
    nationwide: str
    no_networks: str
    missing: tuple[str, ...]
    empty_districts: str


def of(facts: Mapping[str, Any]) -> Words:
    """The facts are those of `region_facts.gather`."""
    return Words(
        summary=_summary(facts["town_count"], facts["partner_count"], facts["project_count"]),
        no_towns="" if facts["town_count"] else _no_towns(),
        no_partners="" if facts["partner_count"] else _("Aus der Region macht noch kein Partner mit."),
        no_projects="" if facts["project_count"] else _("Hier läuft gerade kein Projekt."),
        nationwide=_nationwide(facts["nationwide_count"]),
        no_networks="" if facts["networks"] else _("Ein regionales OM-Netzwerk."),
        missing=tuple(_missing(facts["missing"], is_nothing=bool(facts["nothing_missing"]))),
        empty_districts=_empty_districts(len(facts["empty_districts"])),
    )


def _summary(towns: int, partners: int, projects: int) -> str:
    parts = [
        ngettext("%(n)s Engagierte Stadt", "%(n)s Engagierte Städte", towns) % {"n": towns},
        ngettext("%(n)s Partner aus der Region", "%(n)s Partner aus der Region", partners) % {"n": partners},
        ngettext("%(n)s Projekt", "%(n)s Projekte", projects) % {"n": projects},
    ]
    return " · ".join(parts)


def _no_towns() -> str:
    return _("Hier gibt es noch keine Engagierte Stadt. Das Netzwerk nimmt Städte über sein Programmbüro beim BBE auf.")


def _nationwide(number: int) -> str:
    if not number:
        return ""
    words = ngettext(
        "Dazu kommt %(n)s Partner, der bundesweit arbeitet.",
        "Dazu kommen %(n)s Partner, die bundesweit arbeiten.",
        number,
    )
    return words % {"n": number}


def _missing(missing: Mapping[str, Any], *, is_nothing: bool) -> Iterator[str]:
    """Only what the towns of the region said themselves, and how many have said nothing."""
    said = {
        "sectors": _("Bereiche, die Städte vermissen und in denen kein Partner arbeitet:"),
        "skills": _("Fähigkeiten, die gesucht werden:"),
        "topics": _("Themen, zu denen noch kein Partner etwas anbietet:"),
        "needs": _("Bedarf, den noch niemand deckt:"),
    }
    for kind, words in said.items():
        if missing[kind]:
            yield f"{words} {', '.join(missing[kind])}"
    if silent := missing["silent"]:
        yield _silent(silent)
    if is_nothing:
        yield _("Alles, was die Städte suchen, bietet jemand an.")


def _silent(number: int) -> str:
    words = ngettext(
        "%(n)s Stadt hat noch nicht gesagt, was sie sucht.",
        "%(n)s Städte haben noch nicht gesagt, was sie suchen.",
        number,
    )
    return words % {"n": number}


def _empty_districts(number: int) -> str:
    if not number:
        return ""
    words = ngettext(
        "%(n)s Kreis hat noch keine Engagierte Stadt", "%(n)s Kreise haben noch keine Engagierte Stadt", number
    )
    return words % {"n": number}
