"""The ground everything stands on: people, organisations, who belongs where, and who agreed to what."""

from datetime import timedelta
from typing import Any, ClassVar

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.register import GONE, About, Erase, Expiry, acted, after, register


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account; what the person may do follows from memberships and `is_staff` (the offices)."""

    class Salutation(models.TextChoices):
        NONE = "", _("keine Anrede")
        MS = "ms", _("Frau")
        MR = "mr", _("Herr")

    email = models.EmailField(_("E-Mail-Adresse"), unique=True)
    salutation = models.CharField(_("Anrede"), max_length=2, choices=Salutation, blank=True)
    first_name = models.CharField(_("Vorname"), max_length=100, blank=True)
    last_name = models.CharField(_("Nachname"), max_length=100, blank=True)
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    is_staff = models.BooleanField(_("Geschäftsstelle"), default=False)
    is_active = models.BooleanField(_("aktiv"), default=True)
    date_joined = models.DateTimeField(_("angelegt am"), default=timezone.now, editable=False)
    passkey_hint_closed_at = models.DateTimeField(_("Hinweis auf Passkeys geschlossen am"), null=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    personal_data = register(
        About(
            person="id",
            purpose=_("Anmeldung, und wen die andere Seite nach einer Zusage anspricht"),
            retention=_("solange das Konto besteht; unbestätigte Registrierungen 7 Tage"),
            erase=Erase.ACCOUNT,
            exported=("email", "salutation", "first_name", "last_name", "phone", "date_joined", "last_login"),
            withheld=("password", "passkey_hint_closed_at", "is_staff", "is_superuser", "is_active"),
        ),
        impersonal=("groups", "user_permissions"),
        expiries=(
            Expiry(
                title=_("Unbestätigte Registrierungen nach 7 Tagen"),
                due=lambda now: (
                    Q(date_joined__lt=now - timedelta(days=7), last_login=None, is_staff=False, memberships=None)
                    & ~Q(emailaddress__verified=True)
                    & Q(is_active=True)
                ),
            ),
            Expiry(
                title=_("Pseudonyme ohne Einwilligung"),
                due=lambda now: Q(is_active=False, email__endswith=f"@{GONE}", consents=None),
            ),
        ),
    )

    class Meta:
        verbose_name = _("Person")
        verbose_name_plural = _("Personen")
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_address")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name


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


class Purpose(models.TextChoices):
    """What a person may agree to be written about; the texts stand in portal.accounts.consents."""

    SUGGESTIONS = "suggestions", _("Kontaktvorschläge")
    NEWSLETTER = "newsletter", _("Newsletter")


class ConsentQuerySet(models.QuerySet["Consent"]):
    def valid(self) -> "ConsentQuerySet":
        """Consents a mail may rest on now."""
        return self.filter(confirmed_at__isnull=False, withdrawn_at__isnull=True)


@pghistory.track()
class Consent(models.Model):
    """A person agreed to one text for one purpose; it counts from the second opt-in until it is withdrawn."""

    user = models.ForeignKey(User, models.CASCADE, related_name="consents", verbose_name=_("Person"))
    purpose = models.CharField(_("Zweck"), max_length=20, choices=Purpose)
    text_version = models.CharField(_("Fassung des Textes"), max_length=20)
    given_at = models.DateTimeField(_("angekreuzt am"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("bestätigt am"), null=True)
    confirmed_with = models.CharField(_("bestätigt durch"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(_("widerrufen am"), null=True)
    withdrawn_with = models.CharField(_("widerrufen durch"), max_length=200, blank=True)

    objects = ConsentQuerySet.as_manager()

    personal_data = register(
        About(
            person="user",
            purpose=_("Nachweis der Einwilligung"),
            retention=_("3 Jahre nach dem Widerruf"),
            erase=Erase.PROOF,
            exported=("purpose", "text_version", "given_at", "confirmed_at", "withdrawn_at"),
        ),
        mentions=("confirmed_with", "withdrawn_with"),
        impersonal=("id",),
        expiries=(Expiry(title=_("Widerrufene Einwilligungen nach 3 Jahren"), due=after(3 * 365, "withdrawn_at")),),
    )

    class Meta:
        verbose_name = _("Einwilligung")
        verbose_name_plural = _("Einwilligungen")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_current_consent_per_purpose",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_purpose_display()}"


class UnsubscribeToken(models.Model):
    """A link in a mail that withdraws one person's consent for one purpose; only its hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=20, choices=Purpose)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    personal_data = register(
        About(
            person="user",
            purpose=_("Abmelden aus einer Mail heraus"),
            retention=_("solange das Konto besteht"),
            erase=Erase.ROW,
            exported=("purpose", "created_at"),
            withheld=("token_hash",),
        ),
        impersonal=("id",),
    )

    def __str__(self) -> str:
        return f"{self.user}: {self.purpose}"


class AccessCode(models.Model):
    """A code from the office's letter or from a colleague; whoever enters it becomes a member of the organisation."""

    class Kind(models.TextChoices):
        LETTER = "letter", _("Brief der Geschäftsstelle")
        INVITATION = "invitation", _("Einladung aus der Organisation")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="access_codes")
    kind = models.CharField(_("Art"), max_length=10, choices=Kind, default=Kind.LETTER)
    meant_for = models.CharField(_("Für wen?"), max_length=100, blank=True)
    code_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(_("Rolle"), max_length=10, choices=Role, default=Role.MANAGER)
    issued_at = models.DateTimeField(_("ausgestellt am"), default=timezone.now)
    issued_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField(_("gültig bis"))
    used_at = models.DateTimeField(_("eingelöst am"), null=True)
    used_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    personal_data = register(
        acted("issued_by", "issued_at"),
        acted("used_by", "organisation", "used_at"),
        mentions=("meant_for",),
        impersonal=("id", "kind", "code_hash", "role", "expires_at"),
        expiries=(
            Expiry(
                title=_("Eingelöste und verfallene Zugangscodes nach 90 Tagen"), due=after(90, "used_at", "expires_at")
            ),
        ),
    )

    class Meta:
        verbose_name = _("Zugangscode")
        verbose_name_plural = _("Zugangscodes")

    def __str__(self) -> str:
        return f"{self.organisation}: {self.issued_at:%d.%m.%Y}"


@pghistory.track()
class AccessRequest(models.Model):
    """A person asks to look after an organisation that is already listed; the office grants or declines."""

    user = models.ForeignKey(User, models.CASCADE, related_name="access_requests", verbose_name=_("Person"))
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="access_requests")
    message = models.TextField(_("Nachricht"), max_length=2000, blank=True)
    asked_at = models.DateTimeField(_("gefragt am"), default=timezone.now)
    granted_at = models.DateTimeField(_("gewährt am"), null=True)
    declined_at = models.DateTimeField(_("abgelehnt am"), null=True)
    decline_reason = models.TextField(_("Grund der Ablehnung"), max_length=2000, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    personal_data = register(
        About(
            person="user",
            purpose=_("Entscheiden, wer für eine Organisation handeln darf"),
            retention=_("ein Jahr nach der Entscheidung"),
            erase=Erase.ROW,
            exported=("organisation", "message", "asked_at", "granted_at", "declined_at", "decline_reason"),
        ),
        acted("decided_by", "granted_at", "declined_at"),
        impersonal=("id",),
        expiries=(
            Expiry(
                title=_("Entschiedene Zugangsanfragen nach einem Jahr"), due=after(365, "granted_at", "declined_at")
            ),
        ),
    )

    class Meta:
        verbose_name = _("Zugangsanfrage")
        verbose_name_plural = _("Zugangsanfragen")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(granted_at__isnull=True, declined_at__isnull=True),
                name="one_open_access_request",
            ),
            models.CheckConstraint(
                condition=Q(granted_at__isnull=True) | Q(declined_at__isnull=True),
                name="access_request_granted_or_declined",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.organisation}"


class OfficeTask(models.Model):
    """Something a person in the office has to do by hand: phone, write a letter, find out who is responsible."""

    class Kind(models.TextChoices):
        CONTACT = "contact", _("Anrufen oder Brief schreiben")
        RESPONSIBLE = "responsible", _("Wer ist zuständig?")
        DELIVERY = "delivery", _("Unzustellbare Mail klären")

    key = models.CharField(max_length=200, unique=True, editable=False)  # names the reason: asked once, not daily
    kind = models.CharField(_("Aufgabe"), max_length=20, choices=Kind)
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="office_tasks")
    text = models.TextField(_("Was ist zu tun?"), max_length=2000)
    created_at = models.DateTimeField(_("angelegt am"), default=timezone.now, editable=False)
    due_on = models.DateField(_("fällig am"))
    done_at = models.DateTimeField(_("erledigt am"), null=True, editable=False)
    done_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)

    personal_data = register(
        acted("done_by", "done_at"),
        mentions=("text",),
        impersonal=("id", "key", "kind", "organisation", "created_at", "due_on"),
        expiries=(Expiry(title=_("Erledigte Aufgaben nach einem Jahr"), due=after(365, "done_at")),),
    )

    class Meta:
        verbose_name = _("Aufgabe der Geschäftsstelle")
        verbose_name_plural = _("Aufgaben der Geschäftsstelle")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.organisation or ''}"
