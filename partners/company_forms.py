"""The form a company describes itself with, at registration and later."""

from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cities import kinds
from cities.links import WebAddressField
from cities.models import Skill, Topic
from cities.place_fields import PlaceInput
from cities.typed_places import PlaceForm, municipality_label
from partners import companies, invitations
from partners.companies import CompanyEntry
from partners.models import Affiliation, Branch, Company, CompanyInvitation, Partner, SizeClass
from portal.accounts.models import User

ADVISERS = 3  # lists to choose from; a company with more advisers gets one more than it has
NOT_STATED = ("", _("Bitte wählen"))


class MillionsField(forms.DecimalField):
    """Million euro, written as people write it here: 1,5."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=6, decimal_places=2, localize=True, required=False, **kwargs)
        self.validators.append(MinValueValidator(0))
        self.widget.attrs["inputmode"] = "decimal"


class CompanyForm(PlaceForm):
    """Everything a company says about itself; `entry()` is the value that is written.

    `person` is who registers it, None without an account; `invitation` the link the person came with.
    """

    name = forms.CharField(label=_("Name des Unternehmens"), max_length=200)
    seat = forms.CharField(label=_("Sitz"), max_length=200, help_text=_("Ort oder Postleitzahl."), widget=PlaceInput)
    branch = forms.ChoiceField(label=_("Branche"), choices=[NOT_STATED, *Branch.choices])
    staff = forms.IntegerField(
        label=_("Beschäftigte"), min_value=1, help_text=_("In Vollzeitstellen, ungefähr. Sie selbst zählen mit.")
    )
    size_class = forms.ChoiceField(
        label=_("Größenklasse"),
        choices=[
            NOT_STATED,
            (SizeClass.MICRO, _("Kleinstunternehmen: unter 10 Beschäftigte, bis 2 Mio. Euro")),
            (SizeClass.SMALL, _("kleines Unternehmen: unter 50 Beschäftigte, bis 10 Mio. Euro")),
            (SizeClass.MEDIUM, _("mittleres Unternehmen: unter 250 Beschäftigte, bis 50 Mio. Euro")),
        ],
        help_text=_("Es zählt Ihr Jahresumsatz oder Ihre Bilanzsumme, was kleiner ist."),
    )
    turnover = MillionsField(label=_("Jahresumsatz in Mio. Euro"), help_text=_("Zum Beispiel 1,5. Wird nicht gezeigt."))
    balance = MillionsField(label=_("Bilanzsumme in Mio. Euro"), help_text=_("Wird nicht gezeigt."))
    description = forms.CharField(
        label=_("Was macht Ihr Unternehmen?"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    website = WebAddressField(label=_("Internetseite"), required=False)
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.all(),
        label=_("Themen, die Sie interessieren"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    skills = forms.ModelMultipleChoiceField(
        Skill.objects.all(),
        label=_("Fähigkeiten, die Sie einbringen"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    listed = forms.BooleanField(
        label=_("Unser Unternehmen öffentlich zeigen"),
        required=False,
        help_text=_("Ohne Haken steht es in keiner Liste. Kontaktdaten stehen nie auf der Seite."),
    )

    def __init__(
        self, *args: Any, person: User | None = None, invitation: CompanyInvitation | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.invitation = person, invitation
        self.invitation_refused = ""
        self.is_new = "advisers" not in self.initial
        kinds.add_fields(self, "offer")
        self._add_adviser_fields(self.initial.get("advisers", []))

    @staticmethod
    def initial_of(company: Company) -> dict[str, Any]:
        """The entry as it stands, for the form's fields; `advisers` are the partners the company has named."""
        named = Affiliation.objects.current().filter(
            organisation=company.organisation, organisation_agreed_at__isnull=False
        )
        plain = ("branch", "staff", "size_class", "turnover", "balance", "description", "website")
        return {
            **{name: getattr(company, name) for name in plain},
            "name": company.organisation.name,
            "seat": municipality_label(company.seat),
            "topics": [topic.pk for topic in company.topics.all()],
            "skills": [skill.pk for skill in company.skills.all()],
            "listed": company.listed_at is not None,
            "advisers": list(named.order_by("pk").values_list("partner__slug", flat=True)),
            **kinds.initial("offer", company.offers.all()),
        }

    def read_places(self, data: dict[str, Any]) -> None:
        data["municipality"] = self.read_municipality("seat")

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self._check_size(data)
        if self.is_new:
            self._check_double(data)
            self._check_invitation()
        return data

    def offer_rows(self) -> list[tuple[BoundField, BoundField]]:
        """What can be given, each with its note, for the template."""
        return kinds.boxes(self, "offer")

    def adviser_fields(self) -> list[BoundField]:
        return [self[name] for name in self._adviser_names]

    def entry(self) -> CompanyEntry:
        data = self.cleaned_data
        chosen = {data[name] for name in self._adviser_names}
        return CompanyEntry(
            name=data["name"],
            seat=data["municipality"],
            size_class=data["size_class"],
            staff=data["staff"],
            branch=data["branch"],
            turnover=data["turnover"],
            balance=data["balance"],
            topics=tuple(data["topics"]),
            skills=tuple(data["skills"]),
            offers=kinds.chosen(data, "offer"),
            description=data["description"],
            website=data["website"],
            listed=data["listed"],
            advisers=tuple(Partner.objects.filter(slug__in=chosen)),
        )

    def _add_adviser_fields(self, named: list[str]) -> None:
        """One list per adviser: with hundreds of partners, boxes to tick would be a page of their own."""
        choices = [("", _("niemand")), *_partners(named)]
        count = max(ADVISERS, len(named) + 1)
        self._adviser_names = [f"adviser_{number}" for number in range(1, count + 1)]
        for number, name in enumerate(self._adviser_names, start=1):
            label = gettext("Beratender Partner %(number)d") % {"number": number}
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)
        self.initial.update(zip(self._adviser_names, named, strict=False))

    def _check_size(self, data: dict[str, Any]) -> None:
        money = {name: data.get(name) for name in ("turnover", "balance")}
        if not (data.get("staff") and data.get("size_class")) or any(name in self.errors for name in money):
            return
        refusal = companies.refusal_of_size(data["size_class"], data["staff"], **money)
        if refusal:
            self.add_error("size_class", refusal)

    def _check_double(self, data: dict[str, Any]) -> None:
        if data.get("name") and data.get("municipality"):
            refusal = companies.refusal_of_double(data["name"], data["municipality"], by=self.person)
            if refusal:
                self.add_error("name", refusal)

    def _check_invitation(self) -> None:
        """Whoever came with it may send the same again; for others a used link is used."""
        if self.invitation is None or (self.person and invitations.is_used_by(self.invitation, self.person)):
            return
        self.invitation_refused = invitations.refusal_of(self.invitation)
        if self.invitation_refused:
            hint = gettext("Wenn Sie noch einmal absenden, registrieren Sie sich ohne Einladung.")
            self.add_error(None, f"{self.invitation_refused} {hint}")


def _partners(named: list[str]) -> list[tuple[str, str]]:
    """Those one may name, and those that are named already."""
    public = Partner.objects.public() | Partner.objects.filter(slug__in=named)
    rows = public.order_by("organisation__name").values_list("slug", "organisation__name", "seat__name").distinct()
    return [(slug, f"{name} ({seat})") for slug, name, seat in rows]
