"""Which partners advise a company: what both sides say (`affiliations`), and the mail that tells the other of it."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from partners import affiliations
from partners.models import Affiliation, Company, Partner
from portal.accounts.models import Organisation, User
from portal.mail import letters
from portal.mail.models import OutgoingMail
from portal.mail.outbox import queue_mail


@transaction.atomic
def name_advisers(company: Company, partners: Iterable[Partner], *, by: User) -> None:
    """The company says who advises it: partners named anew are asked, those named no more are parted from it."""
    named = {partner.pk: partner for partner in partners}
    own = Affiliation.objects.current().filter(organisation=company.organisation, organisation_agreed_at__isnull=False)
    before = {row.partner_id: row for row in own.select_related("partner")}
    changed = [row for pk, row in before.items() if pk not in named]
    added = [partner for pk, partner in named.items() if pk not in before]
    affiliations.lock([*(row.partner for row in changed), *added], company.organisation)
    for row in changed:
        affiliations.end(row, by=by)
    for partner in added:
        _ask(company, partner, by=by)


@transaction.atomic
def agree(affiliation: Affiliation, *, by: User) -> Affiliation:
    """The side that was asked says yes; the company's contact person learns of the partner's yes."""
    row = affiliations.agree(affiliation, by=by)
    if affiliations.PARTNER in affiliations.own_sides(row.partner, row.organisation, by=by):
        _tell_company(row, "agreed")
    return row


@transaction.atomic
def end(affiliation: Affiliation, *, by: User) -> Affiliation:
    """Either side takes it back or declines; the company's contact person learns of the partner's no."""
    row = affiliations.end(affiliation, by=by)
    if affiliations.PARTNER in affiliations.own_sides(row.partner, row.organisation, by=by):
        _tell_company(row, "ended" if row.partner_agreed_at else "declined")
    return row


def _ask(company: Company, partner: Partner, *, by: User) -> None:
    row = affiliations.ask(partner, company.organisation, by=by)
    if row.partner_agreed_at is None:
        page = settings.SITE_URL + reverse("partner_companies", args=[partner.slug])
        context = {"company": company, "partner": partner, "page_url": page}
        _tell(f"adviser-asked:{row.pk}", partner.organisation, "adviser_asked", context)


def _tell_company(row: Affiliation, answer: str) -> None:
    context = {
        "partner": row.partner,
        "organisation": row.organisation,
        "answer": answer,
        "dashboard_url": settings.SITE_URL + reverse("dashboard"),
    }
    _tell(f"adviser-{answer}:{row.pk}", row.organisation, "adviser_answered", context)


def _tell(key: str, organisation: Organisation, letter: str, context: dict[str, object]) -> None:
    """The contact person, if there is one; nobody without an account gets a mail."""
    person = organisation.contact
    if person is None or not person.is_active:
        return
    rendered = letters.render(letter, {"person": person, **context})
    queue_mail(
        key,
        person.email,
        subject=rendered.subject,
        body=rendered.text,
        html=rendered.html,
        kind=OutgoingMail.Kind.NOTICE,
        user=person,
    )
