"""What a member sees of the own companies: where they stand, who advises them, which projects are near."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from cities.models import Project
from partners.models import Affiliation, Company
from portal.accounts.models import User
from portal.site.nearby import nearest
from portal.site.own import Kept

MOST_PROJECTS = 8
NEW_FOR = timedelta(days=1)  # so long the page after the registration can be opened again


@dataclass
class OwnCompany(Kept):
    """A company of the person; `advisers` are all partners it belongs with or could, as far as the two have said so."""

    advisers: list[Affiliation] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)

    @property
    def has_open_advice(self) -> bool:
        """The company has named somebody who has not answered yet."""
        return any(row.partner_agreed_at is None for row in self.advisers)


def companies_of(person: User) -> list[OwnCompany]:
    """The companies of the person by name."""
    return [_own(company) for company in _companies(person)]


def new_companies_of(person: User) -> list[OwnCompany]:
    """Those the person has just registered, and those the office has still to look at."""
    rows = companies_of(person)
    since = timezone.now() - NEW_FOR
    return [row for row in rows if row.organisation.created_at > since or row.organisation.approved_at is None]


def projects_near(company: Company) -> list[Project]:
    """What a company could help with today, nearest first, each with its `distance_km`."""
    rows = Project.objects.published().select_related("city__organisation", "place").prefetch_related("needs")
    return nearest(rows, company.seat.point, most=MOST_PROJECTS)


def _companies(person: User) -> QuerySet[Company]:
    rows = Company.objects.editable_by(person).select_related(
        "organisation", "seat", "invitation__partner__organisation"
    )
    return rows.order_by("organisation__name", "pk")


def _own(company: Company) -> OwnCompany:
    advisers = Affiliation.objects.current().filter(organisation=company.organisation)
    return OwnCompany(
        company.organisation,
        company,
        advisers=list(advisers.select_related("partner__organisation").order_by("partner__organisation__name")),
        projects=projects_near(company),
    )
