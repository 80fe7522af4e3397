"""Which partners a company names as its advisers; each of them is asked whether that is so (see `affiliations`)."""

from collections.abc import Iterable

from django.db import transaction

from partners import affiliations
from partners.models import Affiliation, Company, Partner
from portal.accounts.models import User


@transaction.atomic
def name_advisers(company: Company, partners: Iterable[Partner], *, by: User) -> None:
    """The company says who advises it: partners named anew are asked, those named no more are parted from it."""
    named = {partner.pk: partner for partner in partners}
    own = Affiliation.objects.current().filter(organisation=company.organisation, organisation_agreed_at__isnull=False)
    before = {row.partner_id: row for row in own.select_related("partner")}
    gone = [row for pk, row in before.items() if pk not in named]
    added = [partner for pk, partner in named.items() if pk not in before]
    affiliations.lock([*(row.partner for row in gone), *added], company.organisation)
    for row in gone:
        affiliations.end(row, by=by)
    for partner in added:
        affiliations.ask(partner, company.organisation, by=by)
