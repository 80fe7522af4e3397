"""Entries that organisations keep about themselves, and who may open one. A right is a queryset."""

from typing import Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from portal.accounts.models import Organisation, User

Entry = TypeVar("Entry", bound=models.Model)


class EntryQuerySet(models.QuerySet[Entry]):
    """Entries of organisations, such as partners and towns: who may open one, and who keeps it."""

    def public(self) -> Self:
        """Entries of organisations the office approved."""
        return self.filter(organisation__in=Organisation.objects.approved())

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Entries the person may open: public ones; the own; all of them for the office."""
        if user.is_staff:
            return self.all()
        return self.filter(Q(pk__in=self.public()) | Q(pk__in=self.editable_by(user)))

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Entries the person keeps, as a member of the organisation."""
        if user.is_anonymous:
            return self.none()
        return self.filter(organisation__in=Organisation.objects.of(user))
