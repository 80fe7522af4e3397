"""What every registration asks of a person: who it is, the account, and what it agrees to."""

from datetime import date
from typing import Any

from allauth.account.forms import SignupForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts import consents, organisations
from portal.accounts.models import Organisation, Purpose, Role, User
from portal.accounts.roles import role_name


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """The contact person."""

    class Meta:
        model = User
        fields = ["salutation", "first_name", "last_name", "phone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["salutation"].required = False
        for name in ("first_name", "last_name"):
            self.fields[name].required = True
        for name, autocomplete in _AUTOCOMPLETE.items():
            self.fields[name].widget.attrs["autocomplete"] = autocomplete


_AUTOCOMPLETE = {
    "salutation": "honorific-prefix",
    "first_name": "given-name",
    "last_name": "family-name",
    "phone": "tel",
}


class AccountForm(SignupForm):
    """Address and password of a new account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-Mail-Adresse")
        self.fields["email"].help_text = _("Dorthin senden wir Ihnen einen Code zur Bestätigung.")
        self.fields["email"].widget.attrs.update({"autocomplete": "email", "placeholder": ""})
        self.fields["password1"].label = _("Passwort")
        self.fields["password1"].help_text = _("Mindestens 10 Zeichen.")
        self.fields["password1"].widget.attrs["placeholder"] = ""


class ConsentForm(forms.Form):
    """One box for each purpose, none ticked in advance; the version of the text travels with its box."""

    def __init__(self, *args: Any, purposes: tuple[Purpose, ...] = tuple(Purpose), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purposes = purposes
        for purpose in purposes:
            version, text = consents.current_text(purpose)
            self.fields[f"consent_{purpose}"] = forms.BooleanField(label=text, required=False)
            self.fields[f"consent_{purpose}_version"] = forms.CharField(
                initial=version, max_length=20, required=False, widget=forms.HiddenInput
            )

    def clean(self) -> dict[str, Any]:
        """A text that changed while the page was open has to be read again."""
        data = super().clean() or self.cleaned_data
        for purpose in self.purposes:
            version, _text = consents.current_text(purpose)
            if data.get(f"consent_{purpose}") and data.get(f"consent_{purpose}_version") != version:
                self.add_error(
                    f"consent_{purpose}", _("Dieser Text hat sich geändert. Bitte lesen Sie ihn noch einmal.")
                )
        return data

    def ticked(self) -> dict[Purpose, str]:
        """The purposes that were ticked, with the version of the text that was on the page."""
        return {
            purpose: self.cleaned_data[f"consent_{purpose}_version"]
            for purpose in self.purposes
            if self.cleaned_data[f"consent_{purpose}"]
        }

    def give(self, user: User) -> None:
        """Record the ticks; what was ticked earlier and is not ticked now is forgotten."""
        consents.give_only(user, self.ticked())


class UpkeepForm(forms.Form):
    """Who is asked about introductions, and until when nobody shall be."""

    contact = forms.ModelChoiceField(
        User.objects.none(), label=_("Ansprechperson für Vermittlungen"), empty_label=_("Bitte wählen")
    )
    paused_until = forms.DateField(
        label=_("Pause bis"),
        required=False,
        help_text=_("Bis zu diesem Tag schlagen wir Ihnen nichts vor."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, organisation: Organisation, may_choose: bool, **kwargs: Any) -> None:
        initial = {"contact": organisation.contact, "paused_until": organisation.paused_until}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        self.fields["contact"].queryset = organisation.members.order_by("last_name", "pk")  # type: ignore[attr-defined]
        self.fields["contact"].disabled = not may_choose
        self.fields["contact"].required = may_choose

    def clean_paused_until(self) -> date | None:
        """A pause that has run out is no pause; a day gone by cannot be chosen."""
        until: date | None = self.cleaned_data["paused_until"]
        if until and until < timezone.localdate():
            if until == self.organisation.paused_until:
                return None
            raise forms.ValidationError(_("Bitte wählen Sie einen Tag, der noch kommt."))
        return until

    def write(self, *, by: User) -> None:
        data = self.cleaned_data
        if data["paused_until"] != self.organisation.paused_until:
            organisations.pause(self.organisation, data["paused_until"], by=by)
        if data["contact"] and data["contact"] != self.organisation.contact:
            organisations.choose_contact(self.organisation, data["contact"], by=by)


class InvitationForm(forms.Form):
    """Whom a code is for, and what the person may do then."""

    meant_for = forms.CharField(
        label=_("Name der Person"), max_length=100, help_text=_("So halten Sie offene Codes auseinander.")
    )
    role = forms.ChoiceField(label=_("Rolle"), initial=Role.MEMBER, widget=forms.RadioSelect)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {role: role_name(role, kind=kind) for role in (Role.MEMBER, Role.MANAGER)}
        self.fields["role"].choices = names.items()  # type: ignore[attr-defined]
        self.fields["role"].help_text = _("Beide pflegen den Eintrag. „%(role)s“ verwaltet auch die Personen.") % {
            "role": names[Role.MANAGER]
        }


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)


class PasskeyForm(AddWebAuthnForm):
    """A new passkey. Signing in with it alone is what it is for, so that is chosen beforehand."""

    passwordless = forms.BooleanField(
        label=_("Damit ohne Passwort anmelden"),
        initial=True,
        required=False,
        help_text=_("Ihr Gerät fragt dann nach Fingerabdruck, Gesicht oder Gerätecode."),
    )
