"""What the people of a town can do with a project, and how each step is put to them."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cities import projects
from cities.models import Project
from cities.projects import State
from portal.accounts.models import User
from portal.site import publishing


class NoForm(forms.Form):
    """The button says everything."""


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Grund"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Den Grund sehen nur die Personen Ihrer Stadt und die Geschäftsstelle."),
    )


@dataclass(frozen=True)
class Step:
    """One step: from which states it leads on, the button, what it means, what is said afterwards."""

    states: frozenset[str]
    button: str | Promise
    meaning: str | Promise
    done: str | Promise
    act: Callable[..., Project]
    form: type[forms.Form] = NoForm


def act(step: Step, project: Project, form: forms.Form, *, by: User) -> Project:
    """Take the step, with what the form says."""
    return step.act(project, by=by, **form.cleaned_data)


def named(word: str) -> Step | None:
    """The step of this word in an address; sending depends on whether the office looks first."""
    if word == "senden" and not projects.rules().review_first:
        return PUBLISH_AT_ONCE
    return STEPS.get(word)


def possible(project: Project) -> dict[str, Step]:
    """Word → step, for what can be done with the project as it stands."""
    steps = {word: named(word) for word in STEPS}
    return {word: step for word, step in steps.items() if step and project.state in step.states}


PUBLISH_AT_ONCE = Step(
    frozenset({State.DRAFT}),
    _("Projekt veröffentlichen"),
    _("Das Projekt ist danach für alle zu sehen."),
    _("Ihr Projekt ist veröffentlicht."),
    publishing.submit,
)
STEPS = {
    "senden": Step(
        frozenset({State.DRAFT}),
        _("Zur Prüfung senden"),
        _("Die Geschäftsstelle sieht sich das Projekt an und veröffentlicht es. Sie hören davon per Mail."),
        _("Ihr Projekt liegt jetzt bei der Geschäftsstelle. Sie hören davon per Mail."),
        publishing.submit,
    ),
    "bestaetigen": Step(
        frozenset({State.PUBLISHED}),
        _("Projekt bestätigen"),
        _("Damit sagen Sie: Das Projekt ist noch aktuell und bleibt veröffentlicht."),
        _("Danke. Ihr Projekt bleibt veröffentlicht."),
        projects.confirm,
    ),
    "erneuern": Step(
        frozenset({State.ENDED}),
        _("Projekt erneuern"),
        _("Das Projekt ist danach wieder als laufendes Projekt zu sehen."),
        _("Ihr Projekt ist wieder veröffentlicht."),
        publishing.renew,
    ),
    "beenden": Step(
        frozenset({State.PUBLISHED}),
        _("Projekt beenden"),
        _("Niemand kann dann noch Hilfe anbieten. Das Projekt bleibt als Beispiel zu sehen."),
        _("Ihr Projekt ist beendet. Es bleibt als Beispiel zu sehen."),
        publishing.end,
    ),
    "zurueckziehen": Step(
        frozenset({State.DRAFT, State.REVIEW, State.PUBLISHED}),
        _("Projekt zurückziehen"),
        _("Das Projekt ist dann nicht mehr zu sehen. Das lässt sich nicht rückgängig machen."),
        _("Ihr Projekt ist zurückgezogen."),
        publishing.withdraw,
        ReasonForm,
    ),
}
