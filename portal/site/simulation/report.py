"""What came of the half year: on one screen, or as values."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q

from matching.models import Disclosure, Introduction
from portal.site.simulation.ledger import MUST_BE_ZERO, NEW, Ledger, days_between
from portal.site.simulation.people import Temperament

TEMPERAMENTS = {
    Temperament.PROMPT: "antwortet rasch",
    Temperament.SLOW: "antwortet spät",
    Temperament.SILENT: "antwortet nie",
    Temperament.GONE: "Adresse gibt es nicht mehr",
    Temperament.AWAY: "nicht in den Ferien",
}


@dataclass(frozen=True)
class Temper:
    """What came of questions to people of one temperament."""

    organisations: int
    asked: int
    yes: int
    no: int


@dataclass(frozen=True)
class Report:
    """Days are those of the calendar, from the question to the end; `must_be_zero` by figure."""

    weeks: int
    introductions: int
    mails: dict[str, int]
    links_opened: int
    undeliverable: int
    left_unsent: int
    asked: int
    answers: int
    answers_per_mail: float
    ends: dict[str, int]
    days_to_end_median: int
    days_to_end_p95: int
    contacts: int
    acts: dict[str, int]
    temperaments: dict[str, Temper]
    must_be_zero: dict[str, int]
    examples: dict[str, list[str]]

    @property
    def is_clean(self) -> bool:
        return not any(self.must_be_zero.values())


def of(ledger: Ledger, *, weeks: int) -> Report:
    asked = sum(ledger.mails[kind] for kind in NEW)
    answers = sum(ledger.answers.values())
    ours = [member.organisation.pk for member in ledger.world.members.values()]
    rows = Introduction.objects.filter(Q(partner__organisation__in=ours) & Q(city__organisation__in=ours))
    days = sorted(_days(rows))
    return Report(
        weeks=weeks,
        introductions=len(rows),
        mails=dict(sorted(ledger.mails.items())),
        links_opened=ledger.opened,
        undeliverable=ledger.undeliverable,
        left_unsent=ledger.left_unsent,
        asked=asked,
        answers=answers,
        answers_per_mail=round(answers / max(1, asked), 2),
        ends=dict(Counter(row.state for row in rows).most_common()),
        days_to_end_median=_part(days, 0.5),
        days_to_end_p95=_part(days, 0.95),
        contacts=Disclosure.objects.filter(introduction__in=rows).values("introduction").distinct().count(),
        acts=dict(sorted(ledger.acts.items())),
        temperaments={each.value: _temper(ledger, each) for each in Temperament},
        must_be_zero={figure: ledger.breaches[figure] for figure in MUST_BE_ZERO},
        examples={figure: ledger.examples[figure] for figure in MUST_BE_ZERO if ledger.examples[figure]},
    )


def lines(report: Report) -> Iterator[str]:
    """In German, as it stands on a screen."""
    words = {state.value: str(state.label) for state in Introduction.State}
    all_mails = sum(report.mails.values())
    yield f"{report.weeks} Wochen: {report.introductions} Vermittlungen, {report.contacts} Kontakte ausgetauscht"
    yield f"{all_mails} Mails, davon {report.asked} Anfragen; {report.answers} Antworten, je Anfrage " + _number(
        report.answers_per_mail
    )
    yield f"Unzustellbar: {report.undeliverable}; nicht gesendet, weil verfallen oder widerrufen: {report.left_unsent}"
    yield f"Tage bis zum Ende: Median {report.days_to_end_median}, 95 % bis {report.days_to_end_p95}"
    yield ""
    for state, count in report.ends.items():
        share = _number(round(100 * count / max(1, report.introductions), 1))
        yield f"  {words[state]:<28}{count:>6}{share:>8} %"
    yield f"\n  {'Menschen':<28}{'Zahl':>6}{'gefragt':>9}{'ja':>6}{'nein':>6}"
    for name, row in report.temperaments.items():
        label = TEMPERAMENTS[Temperament(name)]
        yield f"  {label:<28}{row.organisations:>6}{row.asked:>9}{row.yes:>6}{row.no:>6}"
    yield f"\nMuss 0 sein (der Scanner hat {report.links_opened} Links geöffnet):"
    for figure, count in report.must_be_zero.items():
        examples = f"   z. B. {'; '.join(report.examples[figure])}" if count else ""
        yield f"{count:>6}  {MUST_BE_ZERO[figure]}{examples}"


def _days(rows: Iterable[Introduction]) -> Iterator[int]:
    """From the question to the end; cooperating is one."""
    for row in rows:
        end = row.closed_at or (row.outcome_at if row.state == Introduction.State.COOPERATING else None)
        if end:
            yield days_between(row.asked_at, end)


def _temper(ledger: Ledger, temperament: Temperament) -> Temper:
    names = [each.name for each in ledger.world.members.values() if each.temperament is temperament]
    return Temper(
        organisations=len(names),
        asked=sum(ledger.asked[name] for name in names),
        yes=sum(ledger.answers[name, "yes"] for name in names),
        no=sum(ledger.answers[name, "no"] for name in names),
    )


def _part(values: list[int], share: float) -> int:
    return values[min(len(values) - 1, int(share * len(values)))] if values else 0


def _number(value: float) -> str:
    return f"{value}".replace(".", ",")
