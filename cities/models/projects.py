"""What towns want to do with others: projects, their needs and pictures, and the office's rules for them."""

from datetime import date
from typing import Self

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models.places import Municipality, Resource, Skill, Topic
from cities.models.towns import City
from portal.accounts.models import User
from portal.accounts.register import acted, register


@pghistory.track()
class ProjectRules(models.Model):
    """How projects become public and how long they stay so; one row, kept by the office."""

    review_first = models.BooleanField(
        _("vor der Veröffentlichung prüfen"),
        default=True,
        help_text=_("Ohne Haken veröffentlichen die Städte ihre Projekte selbst, sofort."),
    )
    days_confirmed = models.PositiveSmallIntegerField(
        _("Tage bis zur nächsten Bestätigung"),
        default=90,
        validators=[MinValueValidator(14), MaxValueValidator(365)],
    )
    days_warned = models.PositiveSmallIntegerField(
        _("so viele Tage vorher erinnern"), default=10, validators=[MinValueValidator(1), MaxValueValidator(13)]
    )

    personal_data = register(impersonal=("id", "review_first", "days_confirmed", "days_warned"))

    class Meta:
        verbose_name = _("Regeln für Projekte")
        verbose_name_plural = _("Regeln für Projekte")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_row_of_project_rules"),
            models.CheckConstraint(condition=Q(days_confirmed__range=(14, 365)), name="project_days_from_14_to_365"),
            models.CheckConstraint(condition=Q(days_warned__range=(1, 13)), name="project_warning_from_1_to_13_days"),
        ]

    def __str__(self) -> str:
        return str(_("Regeln für Projekte"))


class ProjectQuerySet(models.QuerySet["Project"]):
    def published(self) -> Self:
        """Projects one can help with today, of towns that take part."""
        return self.filter(state=Project.State.PUBLISHED, city__in=City.objects.taking_part())

    def public(self) -> Self:
        """Published ones, and those that have ended: they stay as stories."""
        states = (Project.State.PUBLISHED, Project.State.ENDED)
        return self.filter(state__in=states, city__in=City.objects.taking_part())

    def running(self, on: date) -> Self:
        """Projects that have begun, or begin at any time, and are not over on this day."""
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Projects the person may open: public ones; those of the own towns; all of them for the office."""
        if user.is_staff:
            return self.all()
        return self.filter(Q(pk__in=self.public()) | Q(pk__in=self.editable_by(user)))

    def with_picture(self) -> Self:
        """What a page needs to show the picture; its bytes have an address of their own."""
        return self.select_related("picture").defer("picture__content")

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Projects of towns the person looks after."""
        return self.filter(city__in=City.objects.editable_by(user))


@pghistory.track()
class Project(models.Model):
    """Something a town wants to do and looks for help with; its people write it, the office may look first."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Entwurf")
        REVIEW = "review", _("in Prüfung")
        PUBLISHED = "published", _("veröffentlicht")
        ENDED = "ended", _("beendet")
        WITHDRAWN = "withdrawn", _("zurückgezogen")

    class EndReason(models.TextChoices):
        DONE = "done", _("abgeschlossen")
        OVER = "over", _("Zeitraum vorbei")
        UNCONFIRMED = "unconfirmed", _("nicht mehr bestätigt")

    city = models.ForeignKey(City, models.PROTECT, related_name="projects", verbose_name=_("Stadt"))
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(_("Titel"), max_length=120)
    description = models.TextField(_("Worum geht es?"), max_length=5000, blank=True)
    gives_back = models.TextField(_("Was haben Beteiligte davon?"), max_length=1000, blank=True)
    place = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name=_("Ort"))
    venue = models.CharField(_("Wo genau?"), max_length=200, blank=True)
    starts_on = models.DateField(_("beginnt am"), null=True, blank=True)
    ends_on = models.DateField(_("endet am"), null=True, blank=True)
    topics = models.ManyToManyField(Topic, blank=True, related_name="projects", verbose_name=_("Themen"))
    skills = models.ManyToManyField(Skill, blank=True, related_name="+", verbose_name=_("gesuchte Fähigkeiten"))
    state = models.CharField(_("Stand"), max_length=10, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField(_("angelegt am"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("angelegt von")
    )
    question = models.TextField(_("Änderungswunsch der Geschäftsstelle"), max_length=2000, blank=True)
    submitted_at = models.DateTimeField(_("zur Prüfung gesendet am"), null=True)
    published_at = models.DateTimeField(_("veröffentlicht am"), null=True)
    confirmed_at = models.DateTimeField(_("bestätigt am"), null=True)
    warned_at = models.DateTimeField(_("an die Bestätigung erinnert am"), null=True)
    ended_at = models.DateTimeField(_("beendet am"), null=True)
    end_reason = models.CharField(_("Grund des Endes"), max_length=20, choices=EndReason, blank=True)
    withdrawn_at = models.DateTimeField(_("zurückgezogen am"), null=True)
    withdrawal_reason = models.TextField(_("Grund des Rückzugs"), max_length=2000, blank=True)

    objects = ProjectQuerySet.as_manager()

    personal_data = register(
        acted("created_by", "created_at"),
        mentions=("title", "description", "gives_back", "venue", "question", "withdrawal_reason"),
        impersonal=(
            *("id", "city", "slug", "place", "starts_on", "ends_on", "topics", "skills", "state", "submitted_at"),
            *("published_at", "confirmed_at", "warned_at", "ended_at", "end_reason", "withdrawn_at"),
        ),
    )

    class Meta:
        verbose_name = _("Projekt")
        verbose_name_plural = _("Projekte")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="project_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(state="review") | Q(submitted_at__isnull=False), name="project_in_review_has_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "ended"])
                | Q(published_at__isnull=False, confirmed_at__isnull=False),
                name="published_project_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False) & ~Q(end_reason="")
                | ~Q(state="ended") & Q(ended_at__isnull=True, end_reason=""),
                name="ended_project_has_a_time_and_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | ~Q(state="withdrawn") & Q(withdrawn_at__isnull=True, withdrawal_reason=""),
                name="withdrawn_project_has_a_time",
            ),
            models.CheckConstraint(condition=Q(question="") | Q(state="draft"), name="question_only_about_a_draft"),
        ]
        indexes = [
            models.Index(fields=["-published_at"], condition=Q(state="published"), name="published_projects_by_time")
        ]

    def __str__(self) -> str:
        return self.title


class ProjectNeed(Resource):
    """Something a project looks for."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="needs")

    personal_data = register(mentions=("note",), impersonal=("id", "project", "kind"))

    class Meta:
        verbose_name = _("Bedarf des Projekts")
        verbose_name_plural = _("Bedarfe des Projekts")
        constraints = [models.UniqueConstraint(fields=["project", "kind"], name="one_project_need_per_kind")]


@pghistory.track(exclude=["content"])
class ProjectPicture(models.Model):
    """The picture of a project, as we encoded it anew: no place, device or date of the photo is in it."""

    project = models.OneToOneField(Project, models.CASCADE, primary_key=True, related_name="picture")
    content = models.BinaryField(_("Bild"))
    width = models.PositiveSmallIntegerField(_("Breite"))
    height = models.PositiveSmallIntegerField(_("Höhe"))
    digest = models.CharField(max_length=64)  # of the content: a changed picture has another address
    alternative_text = models.CharField(_("Bildbeschreibung"), max_length=300)
    uploaded_at = models.DateTimeField(_("hochgeladen am"), default=timezone.now)

    personal_data = register(
        mentions=("alternative_text",),
        impersonal=("project", "content", "width", "height", "digest", "uploaded_at"),
    )

    class Meta:
        verbose_name = _("Bild")
        verbose_name_plural = _("Bilder")

    def __str__(self) -> str:
        return self.alternative_text
