"""Companies (KMU), and the links by which partners invite them."""

from typing import Self

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import Municipality, Resource, Skill, Topic
from partners.models.partners import Partner
from portal.accounts.entries import EntryQuerySet
from portal.accounts.models import Organisation, User
from portal.accounts.register import Expiry, acted, after, register


class SizeClass(models.TextChoices):
    """Size classes of Recommendation 2003/361/EC; the limits stand in partners.size_classes."""

    MICRO = "micro", _("Kleinstunternehmen")
    SMALL = "small", _("kleines Unternehmen")
    MEDIUM = "medium", _("mittleres Unternehmen")


class Branch(models.TextChoices):
    """Sections of the classification of economic activities, WZ 2008 (Statistisches Bundesamt)."""

    A = "A", _("Land- und Forstwirtschaft, Fischerei")
    B = "B", _("Bergbau und Gewinnung von Steinen und Erden")
    C = "C", _("Verarbeitendes Gewerbe")
    D = "D", _("Energieversorgung")
    E = "E", _("Wasserversorgung, Entsorgung, Umweltschutz")
    F = "F", _("Baugewerbe")
    G = "G", _("Handel, Instandhaltung und Reparatur von Kraftfahrzeugen")
    H = "H", _("Verkehr und Lagerei")
    I = "I", _("Gastgewerbe")  # noqa: E741 - the section has this letter
    J = "J", _("Information und Kommunikation")
    K = "K", _("Finanz- und Versicherungsdienstleistungen")
    L = "L", _("Grundstücks- und Wohnungswesen")
    M = "M", _("Freiberufliche, wissenschaftliche und technische Dienstleistungen")
    N = "N", _("Sonstige wirtschaftliche Dienstleistungen")
    O = "O", _("Öffentliche Verwaltung, Verteidigung, Sozialversicherung")  # noqa: E741 - the section has this letter
    P = "P", _("Erziehung und Unterricht")
    Q = "Q", _("Gesundheits- und Sozialwesen")
    R = "R", _("Kunst, Unterhaltung und Erholung")
    S = "S", _("Sonstige Dienstleistungen")
    T = "T", _("Private Haushalte")
    U = "U", _("Exterritoriale Organisationen")


class CompanyQuerySet(EntryQuerySet["Company"]):
    def public(self) -> Self:
        """Companies that are approved and want to be shown."""
        return super().public().filter(listed_at__isnull=False)


@pghistory.track()
class Company(models.Model):
    """A company under 250 staff that takes part in a town's projects, or brings an idea of its own."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="company")
    slug = models.SlugField(max_length=120, unique=True)
    code = models.CharField(_("Kennung"), max_length=20, unique=True, null=True, blank=True)
    name_key = models.CharField(max_length=200, editable=False)  # the search key of the name: no company twice
    seat = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name=_("Sitz"))
    size_class = models.CharField(_("Größe"), max_length=10, choices=SizeClass)
    staff = models.PositiveSmallIntegerField(_("Beschäftigte"))
    # In millions of euro; one of the two is enough (Recommendation 2003/361/EC, annex, article 2).
    turnover = models.DecimalField(
        _("Jahresumsatz in Mio. Euro"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    balance = models.DecimalField(_("Bilanzsumme in Mio. Euro"), max_digits=6, decimal_places=2, null=True, blank=True)
    branch = models.CharField(_("Branche"), max_length=1, choices=Branch)
    description = models.TextField(_("Beschreibung"), max_length=3000, blank=True)
    website = models.URLField(_("Internetseite"), blank=True)
    topics = models.ManyToManyField(Topic, blank=True, related_name="companies", verbose_name=_("Themen"))
    skills = models.ManyToManyField(Skill, blank=True, related_name="+", verbose_name=_("Fähigkeiten"))
    listed_at = models.DateTimeField(_("öffentlich seit"), null=True, editable=False)  # null: not shown to the public

    objects = CompanyQuerySet.as_manager()

    personal_data = register(
        mentions=("description",),
        impersonal=(
            *("id", "organisation", "slug", "code", "name_key", "seat", "size_class", "staff", "turnover", "balance"),
            *("branch", "website", "topics", "skills", "listed_at"),
        ),
    )

    class Meta:
        verbose_name = _("Unternehmen")
        verbose_name_plural = _("Unternehmen")
        constraints = [
            models.UniqueConstraint(fields=["name_key", "seat"], name="one_company_per_name_and_seat"),
            models.CheckConstraint(
                condition=Q(size_class="micro", staff__lt=10)
                | Q(size_class="small", staff__lt=50)
                | Q(size_class="medium", staff__lt=250),
                name="company_size_fits_its_staff",
            ),
        ]

    def __str__(self) -> str:
        return self.organisation.name

    @property
    def name(self) -> str:
        return self.organisation.name


class CompanyOffer(Resource):
    """Something a company can give."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="offers")

    personal_data = register(mentions=("note",), impersonal=("id", "company", "kind"))

    class Meta:
        verbose_name = _("Angebot des Unternehmens")
        verbose_name_plural = _("Angebote des Unternehmens")
        constraints = [models.UniqueConstraint(fields=["company", "kind"], name="one_company_offer_per_kind")]


class CompanyInvitationQuerySet(models.QuerySet["CompanyInvitation"]):
    def usable(self) -> Self:
        return self.filter(used_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


class CompanyInvitation(models.Model):
    """A link a partner passes on to one company; it works once, and only its hash is kept."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="company_invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    for_whom = models.CharField(_("Für wen?"), max_length=200)
    created_at = models.DateTimeField(_("angelegt am"), default=timezone.now)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField(_("gültig bis"))
    withdrawn_at = models.DateTimeField(_("zurückgezogen am"), null=True)
    used_at = models.DateTimeField(_("eingelöst am"), null=True)
    company = models.OneToOneField(Company, models.SET_NULL, null=True, related_name="invitation")

    objects = CompanyInvitationQuerySet.as_manager()

    personal_data = register(
        acted("created_by", "created_at"),
        mentions=("for_whom",),
        impersonal=("id", "partner", "token_hash", "expires_at", "withdrawn_at", "used_at", "company"),
        expiries=(
            Expiry(
                title=_("Eingelöste, zurückgezogene und verfallene Einladungen nach einem Jahr"),
                due=after(365, "used_at", "withdrawn_at", "expires_at"),
            ),
        ),
    )

    class Meta:
        verbose_name = _("Einladung eines Unternehmens")
        verbose_name_plural = _("Einladungen von Unternehmen")
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="company_invitation_used_or_withdrawn",
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.for_whom}"

    @property
    def is_usable(self) -> bool:
        return self.used_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()
