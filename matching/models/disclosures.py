"""Whose contact data was made known to whom."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.introductions import Introduction
from matching.models.proposals import Proposal
from portal.accounts.models import User
from portal.accounts.register import acted, register


class Party(models.TextChoices):
    """Whose contact it is. In an introduction partner and town, in a proposal company and town."""

    PARTNER = "partner", _("Partner")
    CITY = "city", _("Stadt")
    COMPANY = "company", _("Unternehmen")


@pghistory.track()
class Disclosure(models.Model):
    """One side's contact person was made known to the other side; without this row no page shows contact data."""

    introduction = models.ForeignKey(Introduction, models.CASCADE, null=True, related_name="disclosures")
    proposal = models.ForeignKey(Proposal, models.CASCADE, null=True, related_name="disclosures")
    side = models.CharField(_("wessen Kontakt"), max_length=10, choices=Party)
    person = models.ForeignKey(User, models.SET_NULL, null=True, related_name="disclosures")
    disclosed_at = models.DateTimeField(_("bekannt gegeben am"), default=timezone.now)

    personal_data = register(acted("person", "introduction", "proposal", "disclosed_at"), impersonal=("id", "side"))

    class Meta:
        verbose_name = _("Kontaktweitergabe")
        verbose_name_plural = _("Kontaktweitergaben")
        constraints = [
            models.UniqueConstraint(
                fields=["introduction", "proposal", "side"], nulls_distinct=False, name="one_disclosure_per_side"
            ),
            models.CheckConstraint(
                condition=Q(introduction__isnull=False, proposal__isnull=True, side__in=["partner", "city"])
                | Q(introduction__isnull=True, proposal__isnull=False, side__in=["company", "city"]),
                name="disclosure_belongs_to_one_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.introduction or self.proposal} · {self.get_side_display()}"
