"""What waits for the office, for its start page."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.models import Project
from matching import trio_suggestions
from matching.admin_filters import SENDABLE, assessments
from matching.models import Suggestion
from portal.accounts.models import AccessRequest, OfficeTask, Organisation, User
from portal.mail.models import OutgoingMail


@dataclass(frozen=True)
class Waiting:
    """So many rows of one list wait; `url` leads to exactly these."""

    text: str
    url: str


def waiting_for(person: User) -> list[Waiting]:
    """What this person of the office may see and has not been done, the most urgent first.

    First what has gone wrong or is late, then people who wait for an answer, then what can go out.
    """
    return [row for row in _everything(person) if row]


def _everything(person: User) -> Iterator[Waiting | None]:
    if person.has_perm("mail.view_outgoingmail"):
        yield _failed_mails()
    if person.has_perm("accounts.view_officetask"):
        yield _tasks()
    if person.has_perm("accounts.view_accessrequest"):
        yield _access_requests()
    if person.has_perm("accounts.view_organisation"):
        yield _organisations()
    if person.has_perm("cities.view_project"):
        yield _projects()
    if person.has_perm("matching.view_suggestion"):
        yield _suggestions()
        yield _trios()


def _failed_mails() -> Waiting | None:
    """Those the list of mails shows; mails with codes are nobody's business."""
    failed = OutgoingMail.objects.filter(status=OutgoingMail.Status.FAILED)
    count = failed.exclude(kind=OutgoingMail.Kind.ACCOUNT).count()
    text = ngettext("%(count)d Mail ist nicht zustellbar", "%(count)d Mails sind nicht zustellbar", count)
    return _row(count, text, "mail_outgoingmail", query="status__exact=failed")


def _tasks() -> Waiting | None:
    due_days = list(OfficeTask.objects.filter(done_at=None).values_list("due_on", flat=True))
    text = ngettext("%(count)d Aufgabe ist offen", "%(count)d Aufgaben sind offen", len(due_days))
    late = sum(day < timezone.localdate() for day in due_days)
    if late:
        text += _(", davon %(late)d überfällig") % {"late": late}
    return _row(len(due_days), text, "accounts_officetask")


def _access_requests() -> Waiting | None:
    count = AccessRequest.objects.filter(granted_at=None, declined_at=None).count()
    text = ngettext("%(count)d Person fragt nach Zugang", "%(count)d Personen fragen nach Zugang", count)
    return _row(count, text, "accounts_accessrequest", query="state=open")


def _organisations() -> Waiting | None:
    """Those that were asked back wait for themselves."""
    count = Organisation.objects.waiting().filter(question="").count()
    text = ngettext(
        "%(count)d Organisation wartet auf die Freigabe", "%(count)d Organisationen warten auf die Freigabe", count
    )
    return _row(count, text, "accounts_organisation", query="state=waiting")


def _projects() -> Waiting | None:
    count = Project.objects.filter(state=Project.State.REVIEW).count()
    text = ngettext("%(count)d Projekt wartet auf die Prüfung", "%(count)d Projekte warten auf die Prüfung", count)
    return _row(count, text, "cities_project", query="state__exact=review")


def _suggestions() -> Waiting | None:
    count = sum(assessment.is_sendable for assessment in assessments(Suggestion.objects.open()).values())
    text = ngettext(
        "%(count)d Vorschlag kann vermittelt werden", "%(count)d Vorschläge können vermittelt werden", count
    )
    return _row(count, text, "matching_suggestion", query=f"fehlt={SENDABLE}")


def _trios() -> Waiting | None:
    count = sum(not trio.missing for trio in trio_suggestions.everywhere())
    text = ngettext(
        "%(count)d Vorschlag zu dritt kann vermittelt werden",
        "%(count)d Vorschläge zu dritt können vermittelt werden",
        count,
    )
    return Waiting(text % {"count": count}, reverse("admin:matching_suggestion_trios")) if count else None


def _row(count: int, text: str, table: str, *, query: str = "") -> Waiting | None:
    if not count:
        return None
    url = reverse(f"admin:{table}_changelist")
    return Waiting(text % {"count": count}, f"{url}?{query}" if query else url)
