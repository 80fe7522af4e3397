"""What companies send to towns, and what both answer."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cities.models import Project, ResourceKind
from matching.models import Party
from partners.models import Company


class Step(models.TextChoices):
    """The buttons under a proposal."""

    ACCEPT = "accept", _("Annehmen")
    CHANGE = "change", _("Änderung vorschlagen")
    DECLINE = "decline", _("Absagen")
    AGREE = "agree", _("Der Änderung zustimmen")
    WITHDRAW = "withdraw", _("Zurückziehen")


STEPS: Mapping[Party, tuple[Step, ...]] = MappingProxyType(
    {Party.CITY: (Step.ACCEPT, Step.CHANGE, Step.DECLINE), Party.COMPANY: (Step.AGREE, Step.WITHDRAW)}
)


# With the message of the company it becomes the text of a project, which has 5,000 characters.
LONGEST_CHANGES = 1500


class SenderForm(forms.Form):
    """Who sends; somebody of one company is not asked."""

    company = forms.ModelChoiceField(
        Company.objects.none(),
        label=_("Für welches Unternehmen?"),
        empty_label=_("Bitte wählen"),
        error_messages={"required": _("Bitte wählen Sie ein Unternehmen.")},
    )
    message = forms.CharField(
        label=_("Ihre Nachricht an die Stadt"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Bitte schreiben Sie der Stadt ein paar Worte.")},
    )

    def __init__(self, *args: Any, companies: QuerySet[Company], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["company"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker which field this is
        field.queryset = companies
        self.has_senders = bool(companies)
        self.only_sender = companies[0] if len(companies) == 1 else None
        if self.only_sender:
            field.initial, field.disabled = self.only_sender, True


class OfferForm(SenderForm):
    """An offer: some of what the project looks for, and a few words."""

    kinds = forms.MultipleChoiceField(
        label=_("Was können Sie geben?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte wählen Sie mindestens eines aus.")},
    )

    field_order = ["company", "kinds", "message"]

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["message"].help_text = gettext(
            "Was genau, wie viel und ab wann? Die Nachricht steht in der Mail an die Stadt."
        )
        kinds = self.fields["kinds"]
        assert isinstance(kinds, forms.MultipleChoiceField)  # noqa: S101 - as above
        needs = {need.kind: need for need in project.needs.all()}
        kinds.choices = [
            (kind.value, f"{kind.label}: {needs[kind].note}" if needs[kind].note else kind.label)
            for kind in ResourceKind
            if kind in needs
        ]


class IdeaForm(SenderForm):
    """An idea: what it is, and what the company brings along."""

    title = forms.CharField(
        label=_("Titel Ihrer Idee"),
        max_length=120,
        error_messages={"required": _("Bitte geben Sie Ihrer Idee einen Titel.")},
    )
    kinds = forms.MultipleChoiceField(
        label=_("Was bringen Sie selbst ein?"),
        choices=ResourceKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    field_order = ["company", "title", "message", "kinds"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        message = self.fields["message"]
        message.label = gettext("Worum geht es?")
        message.help_text = gettext("Was möchten Sie tun, für wen, und was brauchen Sie dafür von der Stadt?")


class ReplyForm(forms.Form):
    """One button of the own side is pressed; whether the step still fits, the verb says."""

    marks_optional = False  # each text belongs to one of the buttons, which says so

    step = forms.ChoiceField(
        label=_("Antwort"),
        error_messages={
            "required": _("Bitte wählen Sie eine Antwort."),
            "invalid_choice": _("Diese Antwort gibt es hier nicht. Bitte wählen Sie eine andere."),
        },
    )
    changes = forms.CharField(
        label=_("Was möchten Sie anders machen?"),
        help_text=_("Das Unternehmen liest das und stimmt zu oder zieht die Idee zurück."),
        max_length=LONGEST_CHANGES,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
    reason = forms.CharField(
        label=_("Warum passt es nicht?"),
        help_text=_("Das Unternehmen bekommt Ihren Text per Mail. Ein freundlicher Satz genügt."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )

    def __init__(self, *args: Any, party: Party, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["step"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - as above
        field.choices = [(step.value, step.label) for step in STEPS[party]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("step") == Step.CHANGE and not (data.get("changes") or "changes" in self.errors):
            self.add_error("changes", gettext("Bitte schreiben Sie, was Sie anders machen möchten."))
        if data.get("step") == Step.DECLINE and not (data.get("reason") or "reason" in self.errors):
            self.add_error("reason", gettext("Bitte nennen Sie einen Grund. Ein freundlicher Satz genügt."))
        return data
