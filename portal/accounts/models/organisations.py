"""Organisations, and who belongs to them."""

import pghistory
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.people import User
from portal.accounts.register import About, Erase, acted, register


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def approved(self) -> "OrganisationQuerySet":
        """Organisations the office approved, and that have not left."""
        return self.filter(approved_at__isnull=False, withdrawn_at__isnull=True)

    def waiting(self) -> "OrganisationQuerySet":
        """Organisations the office has still to decide about, those asked back included."""
        return self.filter(approved_at__isnull=True, declined_at__isnull=True, withdrawn_at__isnull=True)

    def of(self, user: "User") -> "OrganisationQuerySet":
        """Organisations the person is a member of."""
        return self.filter(memberships__user=user)


@pghistory.track()
class Organisation(models.Model):
    """What partners, towns, networks and companies have in common: members, contact person, capacity, approval."""

    class Kind(models.TextChoices):
        PARTNER = "partner", _("OM-Partner")
        CITY = "city", _("Engagierte Stadt")
        NETWORK = "network", _("regionales OM-Netzwerk")
        COMPANY = "company", _("Unternehmen")

    kind = models.CharField(_("Art"), max_length=10, choices=Kind, editable=False)
    name = models.CharField(_("Name"), max_length=200)
    capacity = models.PositiveSmallIntegerField(_("Vermittlungen im Monat"), default=2)
    paused_until = models.DateField(_("Pause bis"), null=True, blank=True)
    postal_address = models.TextField(_("Postanschrift"), max_length=500, blank=True)
    is_demo = models.BooleanField(_("Beispielangaben"), default=False, editable=False)
    created_at = models.DateTimeField(_("angelegt am"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("Angaben bestätigt am"), null=True, editable=False)
    approved_at = models.DateTimeField(_("freigegeben am"), null=True, editable=False)
    approved_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("freigegeben von")
    )
    question = models.TextField(_("Rückfrage"), max_length=2000, blank=True, editable=False)
    asked_at = models.DateTimeField(_("zurückgefragt am"), null=True, editable=False)
    declined_at = models.DateTimeField(_("abgelehnt am"), null=True, editable=False)
    decline_reason = models.TextField(_("Grund der Ablehnung"), max_length=2000, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("ausgetreten am"), null=True, editable=False)
    members = models.ManyToManyField(User, through="Membership", related_name="organisations")

    objects = OrganisationQuerySet.as_manager()

    personal_data = register(
        acted("approved_by", "approved_at"),
        mentions=("question", "decline_reason", "postal_address"),
        impersonal=(
            *("id", "kind", "name", "capacity", "paused_until", "is_demo", "created_at", "confirmed_at"),
            *("asked_at", "declined_at", "withdrawn_at", "members"),
        ),
    )

    class Meta:
        verbose_name = _("Organisation")
        verbose_name_plural = _("Organisationen")
        constraints = [
            models.CheckConstraint(condition=Q(capacity__lte=20), name="organisation_capacity_at_most_20"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True) | Q(declined_at__isnull=True),
                name="organisation_approved_or_declined",
            ),
        ]
        indexes = [models.Index(Lower("name"), name="organisation_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def contact(self) -> User | None:
        """The one person who is asked about introductions; uses prefetched memberships where there are any."""
        return next((m.user for m in self.memberships.all() if m.is_contact), None)


class Role(models.TextChoices):
    MANAGER = "manager", _("Verwaltung")
    MEMBER = "member", _("Mitarbeit")


@pghistory.track()
class Membership(models.Model):
    """A person belongs to an organisation in a role; one of its people is asked about introductions."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("Person"))
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    role = models.CharField(_("Rolle"), max_length=10, choices=Role, default=Role.MEMBER)
    is_contact = models.BooleanField(_("Ansprechperson für Vermittlungen"), default=False)
    created_at = models.DateTimeField(_("seit"), default=timezone.now, editable=False)

    personal_data = register(
        About(
            person="user",
            purpose=_("Wer für eine Organisation handelt"),
            retention=_("solange die Mitgliedschaft besteht"),
            erase=Erase.ROW,
            exported=("organisation", "role", "is_contact", "created_at"),
        ),
        impersonal=("id",),
    )

    class Meta:
        verbose_name = _("Mitgliedschaft")
        verbose_name_plural = _("Mitgliedschaften")
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="one_membership_per_person"),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(is_contact=True), name="one_contact_per_organisation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} ({self.get_role_display()})"
