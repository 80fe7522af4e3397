"""The entry of a company (KMU): what its own people say about it; no company stands in the portal twice.

Whoever registers or renames a company waits for others who do (`lock_names`); so of two people who enter the same
company at once the second reads that it is there. That lock comes first, organisations come after it.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import kinds
from cities.models import Municipality, Skill, Topic
from cities.place_names import search_key
from cities.slugs import free_slug, lock_names
from partners import advising, invitations
from partners.models import Company, CompanyInvitation, Partner, SizeClass
from partners.size_classes import possible_classes
from portal.accounts import organisations
from portal.accounts.models import Organisation, User
from portal.accounts.refusals import Refusal

LONGEST_KEY = 200


class CompanyError(Refusal):
    """The company cannot be entered as typed; the message is for the person."""


@dataclass(frozen=True)
class CompanyEntry:
    """Everything a company says about itself; money in million euro, `offers` maps the kind to a note.

    `listed` shows it to the public; `advisers` are the partners it names, who confirm it.
    """

    name: str
    seat: Municipality
    size_class: str
    staff: int
    branch: str
    turnover: Decimal | None = None
    balance: Decimal | None = None
    topics: tuple[Topic, ...] = ()
    skills: tuple[Skill, ...] = ()
    offers: dict[str, str] = field(default_factory=dict)
    description: str = ""
    website: str = ""
    listed: bool = False
    advisers: tuple[Partner, ...] = ()


@transaction.atomic
def register(entry: CompanyEntry, *, by: User, invitation: CompanyInvitation | None = None) -> Company:
    """A new company: it waits for the office, or is approved at once where a partner's invitation vouches for it.

    The same person sending the same again gets the first one; one that the office declined is sent in anew.
    """
    _require_size(entry)
    lock_names(Company)
    _require_no_double(entry, by=by)
    company = _own(entry, by) or _found(entry, by=by)
    if company.organisation.declined_at:
        company.organisation = organisations.resubmit(company.organisation, by=by)
        _write(company, entry)
    if invitation:
        invitations.redeem(invitation, company)
        company.organisation.refresh_from_db()
    return company


@transaction.atomic
def update(company: Company, entry: CompanyEntry, *, by: User) -> Company:
    """Replace the entry and confirm it; a question of the office counts as answered."""
    _require_size(entry)
    lock_names(Company)
    _require_no_double(entry, by=by, besides=company)
    advising.name_advisers(company, entry.advisers, by=by)
    organisation = organisations.confirm(company.organisation, by=by)
    organisation.name = entry.name
    organisation.save(update_fields=["name"])
    company.organisation = organisation
    _write(company, entry)
    return company


def name_key(name: str) -> str:
    """The same for every spelling of a name; names in other scripts stand for themselves."""
    return (search_key(name) or " ".join(name.casefold().split()))[:LONGEST_KEY]


def refusal_of_size(size_class: str, staff: int, *, turnover: Decimal | None, balance: Decimal | None) -> str:
    """Why a company cannot be of this class, and which it may be of; empty where it can. Money in million euro."""
    possible = possible_classes(staff, turnover=turnover, balance=balance)
    if size_class in possible:
        return ""
    if possible:
        names = _(" oder ").join(f"„{SizeClass(code).label}“" for code in possible)
        return _("Das passt nicht zu Beschäftigten, Umsatz und Bilanzsumme. Möglich ist: %(names)s.") % {"names": names}
    return _(
        "Ab 250 Beschäftigten, oder über 50 Mio. Euro Umsatz und 43 Mio. Euro Bilanzsumme, ist ein Unternehmen kein "
        "KMU mehr. Es kann stattdessen als OM-Partner mitmachen, in der Kategorie „Unternehmen“."
    )


def refusal_of_double(name: str, seat: Municipality, *, by: User | None = None, besides: Company | None = None) -> str:
    """Why this name cannot be entered at this place; empty where it can.

    The own company is no double of itself: `besides` while it is edited, any of the person's (`by`) while one is
    registered. Somebody without an account (neither is given) learns only of companies that are public.
    """
    others = Company.objects.all() if by or besides else Company.objects.public()
    others = others.filter(name_key=name_key(name), seat=seat)
    if besides:
        others = others.exclude(pk=besides.pk)
    elif by:
        others = others.exclude(organisation__in=Organisation.objects.of(by))
    if not others.exists():
        return ""
    sentence = _(
        "„%(name)s“ ist in %(seat)s schon eingetragen. Bitte fragen Sie, wer in Ihrem Unternehmen den Eintrag pflegt, "
        "oder die Geschäftsstelle."
    )
    return sentence % {"name": name, "seat": seat.name}


def _own(entry: CompanyEntry, by: User) -> Company | None:
    """What the same person has sent before."""
    mine = Company.objects.filter(organisation__in=Organisation.objects.of(by)).select_related("organisation")
    return mine.filter(name_key=name_key(entry.name), seat=entry.seat).first()


def _found(entry: CompanyEntry, *, by: User) -> Company:
    organisation = organisations.found(Organisation.Kind.COMPANY, entry.name, by=by)
    company = Company(organisation=organisation, slug=free_slug(Company, entry.name))
    _write(company, entry)
    advising.name_advisers(company, entry.advisers, by=by)
    return company


def _write(company: Company, entry: CompanyEntry) -> None:
    for name in ("seat", "size_class", "staff", "turnover", "balance", "branch", "description", "website"):
        setattr(company, name, getattr(entry, name))
    company.name_key = name_key(entry.name)
    company.listed_at = (company.listed_at or timezone.now()) if entry.listed else None
    company.save()
    company.topics.set(entry.topics)
    company.skills.set(entry.skills)
    kinds.write(company.offers, entry.offers)


def _require_size(entry: CompanyEntry) -> None:
    if entry.staff < 1:
        raise CompanyError(_("Bitte nennen Sie mindestens eine beschäftigte Person."))
    refusal = refusal_of_size(entry.size_class, entry.staff, turnover=entry.turnover, balance=entry.balance)
    if refusal:
        raise CompanyError(refusal)


def _require_no_double(entry: CompanyEntry, *, by: User, besides: Company | None = None) -> None:
    refusal = refusal_of_double(entry.name, entry.seat, by=by, besides=besides)
    if refusal:
        raise CompanyError(refusal)
