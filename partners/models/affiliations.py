"""Which partners belong to a regional network or advise a company: both sides say so."""

from datetime import datetime
from typing import Self

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.partners import Partner
from portal.accounts.models import Organisation, User
from portal.accounts.register import Expiry, acted, after, register


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    def current(self) -> Self:
        return self.filter(ended_at=None)

    def holding(self) -> Self:
        """Both sides said so, and neither has taken it back."""
        return self.current().filter(partner_agreed_at__isnull=False, organisation_agreed_at__isnull=False)

    def editable_by(self, user: User) -> Self:
        """Those the person may agree to or end: of the own organisations, on either side."""
        own = Organisation.objects.of(user)
        return self.filter(Q(partner__organisation__in=own) | Q(organisation__in=own))

    def waiting_for(self, user: User) -> Self:
        """Those that wait for an organisation of the person."""
        own = Organisation.objects.of(user)
        for_partner = Q(partner__organisation__in=own, partner_agreed_at=None)
        return self.current().filter(for_partner | Q(organisation__in=own, organisation_agreed_at=None))


@pghistory.track()
class Affiliation(models.Model):
    """A partner is a member of a regional network, or advises a company; it holds once both sides agreed."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="affiliations", verbose_name=_("Partner"))
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="affiliations", verbose_name=_("Netzwerk oder Unternehmen")
    )
    asked_at = models.DateTimeField(_("gefragt am"), default=timezone.now)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("gefragt von"))
    partner_agreed_at = models.DateTimeField(_("vom Partner bestätigt am"), null=True)
    organisation_agreed_at = models.DateTimeField(_("vom Netzwerk oder Unternehmen bestätigt am"), null=True)
    ended_at = models.DateTimeField(_("beendet am"), null=True)

    objects = AffiliationQuerySet.as_manager()

    personal_data = register(
        acted("asked_by", "asked_at"),
        impersonal=("id", "partner", "organisation", "partner_agreed_at", "organisation_agreed_at", "ended_at"),
        expiries=(Expiry(title=_("Beendete Zugehörigkeiten nach 2 Jahren"), due=after(2 * 365, "ended_at")),),
    )

    class Meta:
        verbose_name = _("Zugehörigkeit")
        verbose_name_plural = _("Zugehörigkeiten")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "organisation"], condition=Q(ended_at=None), name="one_current_affiliation"
            ),
            models.CheckConstraint(
                condition=Q(partner_agreed_at__isnull=False) | Q(organisation_agreed_at__isnull=False),
                name="affiliation_has_one_side_that_agreed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} – {self.organisation}"

    @property
    def holds(self) -> bool:
        return self.holds_since is not None

    @property
    def holds_since(self) -> datetime | None:
        """When the second side said yes."""
        if self.partner_agreed_at is None or self.organisation_agreed_at is None or self.ended_at:
            return None
        return max(self.partner_agreed_at, self.organisation_agreed_at)

    @property
    def waits_for(self) -> Organisation | None:
        """The side that has still to say yes; None where it holds or is over."""
        if self.ended_at or self.holds:
            return None
        return self.partner.organisation if self.partner_agreed_at is None else self.organisation

    @property
    def began_with(self) -> Organisation | None:
        """The side that said so first; None where one person spoke for both."""
        if self.partner_agreed_at == self.organisation_agreed_at:
            return None
        partner_first = self.organisation_agreed_at is None or (
            self.partner_agreed_at is not None and self.partner_agreed_at < self.organisation_agreed_at
        )
        return self.partner.organisation if partner_first else self.organisation
