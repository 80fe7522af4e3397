"""Companies and the invitations they come with in the admin."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.geometry import vectors
from cities.models import City
from cities.neighbours import nearest
from cities.slugs import lock_names
from matching.reasons import km
from partners import companies, invitations
from partners.models import Company, CompanyInvitation, CompanyOffer
from portal.accounts.decisions import decide_each
from portal.accounts.models import Organisation, User
from portal.site.entry_admin import EntryAdmin


class CompanyState(admin.SimpleListFilter):
    title = gettext_lazy("Stand")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("waiting", _("wartet auf die Geschäftsstelle")),
            ("listed", _("freigegeben und öffentlich")),
            ("unlisted", _("freigegeben, nicht öffentlich")),
            ("declined", _("abgelehnt")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Company]) -> QuerySet[Company]:
        match self.value():
            case "waiting":
                return queryset.filter(organisation__approved_at=None, organisation__declined_at=None)
            case "listed":
                return queryset.filter(organisation__approved_at__isnull=False, listed_at__isnull=False)
            case "unlisted":
                return queryset.filter(organisation__approved_at__isnull=False, listed_at=None)
            case "declined":
                return queryset.filter(organisation__declined_at__isnull=False)
        return queryset


class CompanyAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    """The same rules as in the form of the company itself; the name stands with its organisation."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = self.instance.name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            lock_names(Company)
            size = companies.refusal_of_size(
                data["size_class"], data["staff"], turnover=data["turnover"], balance=data["balance"]
            )
            self._refuse("size_class", size)
            self._refuse("name", companies.refusal_of_double(data["name"], data["seat"], besides=self.instance))
        return data

    def _refuse(self, field: str, refusal: str) -> None:
        if refusal:
            self.add_error(field, refusal)


class CompanyList(ChangeList):
    """The companies of one page, each with the name of the nearest town that takes part and the km to it, if any."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list: Any = list(self.result_list)
        towns = list(City.objects.taking_part().select_related("organisation").order_by("organisation__name", "pk"))
        seats = vectors(company.seat.point for company in self.result_list)
        found = nearest(seats, vectors(town.point for town in towns), most=1)
        for company, rows, kilometres in zip(self.result_list, found.town, found.distance_km, strict=True):
            company.nearest = (towns[rows[0]].name, kilometres[0]) if len(rows) else None


class CompanyOfferInline(admin.TabularInline):  # type: ignore[type-arg]
    model = CompanyOffer
    extra = 0
    fields = ["kind", "note"]


@admin.register(Company)
class CompanyAdmin(EntryAdmin):
    form = CompanyAdminForm
    list_display = ["__str__", "seat", "branch", "size_class", "staff", "nearest_town", "is_approved", "is_listed"]
    list_filter = [CompanyState, "branch", "size_class"]
    list_select_related = ["organisation", "seat"]
    search_fields = ["organisation__name", "slug", "code", "seat__name"]
    fields = [
        "name", "organisation", "slug", "code", "seat", "branch", "size_class", "staff", "turnover", "balance",
        "description", "website", "topics", "skills", "listed_at",
    ]  # fmt: skip
    readonly_fields = ["organisation", "slug", "code", "listed_at"]
    filter_horizontal = ["topics", "skills"]
    autocomplete_fields = ["seat"]
    inlines = [CompanyOfferInline]

    def save_model(self, request: HttpRequest, obj: Company, form: Any, change: bool) -> None:
        """Only what was typed: whether it is shown is the company's own, and may have changed meanwhile."""
        name = form.cleaned_data["name"]
        obj.name_key = companies.name_key(name)
        columns = {field.name for field in Company._meta.concrete_fields}
        obj.save(update_fields=["name_key", *(field for field in form.changed_data if field in columns)])
        Organisation.objects.filter(pk=obj.organisation_id).update(name=name)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CompanyList

    @admin.display(description=gettext_lazy("nächste Engagierte Stadt"))
    def nearest_town(self, company: Any) -> str:
        return f"{company.nearest[0]}, {km(company.nearest[1])}" if company.nearest else "–"

    @admin.display(description=gettext_lazy("öffentlich"), boolean=True)
    def is_listed(self, company: Company) -> bool:
        return company.listed_at is not None


class InvitationState(admin.SimpleListFilter):
    title = gettext_lazy("Stand")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("open", _("offen")),
            ("used", _("eingelöst")),
            ("withdrawn", _("zurückgezogen")),
            ("over", _("abgelaufen")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CompanyInvitation]) -> QuerySet[CompanyInvitation]:
        unused = queryset.filter(used_at=None, withdrawn_at=None)
        match self.value():
            case "open":
                return unused.filter(expires_at__gt=timezone.now())
            case "used":
                return queryset.filter(used_at__isnull=False)
            case "withdrawn":
                return queryset.filter(withdrawn_at__isnull=False)
            case "over":
                return unused.filter(expires_at__lte=timezone.now())
        return queryset


@admin.register(CompanyInvitation)
class CompanyInvitationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """To look at; the office can only withdraw one."""

    list_display = ["for_whom", "partner", "created_at", "expires_at", "used_at", "redeemed_by", "withdrawn_at"]
    list_filter = [InvitationState]
    list_select_related = ["partner__organisation", "company__organisation"]
    search_fields = ["for_whom", "partner__organisation__name", "company__organisation__name"]
    ordering = ["-created_at"]
    fields = [
        *("partner", "for_whom", "created_at", "invited_by", "expires_at"),
        *("used_at", "redeemed_by", "withdrawn_at"),
    ]
    readonly_fields = ["invited_by", "redeemed_by"]
    actions = ["withdraw"]

    @admin.display(description=gettext_lazy("Angelegt von"))
    def invited_by(self, invitation: CompanyInvitation) -> str:
        return str(invitation.created_by or "")

    @admin.display(description=gettext_lazy("Unternehmen"), ordering="company__organisation__name")
    def redeemed_by(self, invitation: CompanyInvitation) -> str:
        return str(invitation.company or "")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False  # withdrawn by the action alone

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return cast(User, request.user).has_perm("partners.change_companyinvitation")

    @admin.action(description=gettext_lazy("Zurückziehen"), permissions=["withdraw"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[CompanyInvitation]) -> None:
        decide_each(request, queryset, lambda row, person: invitations.withdraw(row, by=person))
