"""Addresses of registration and of the pages of a signed-in person."""

from django.urls import URLPattern, path

from portal.accounts.models import Organisation
from portal.site import dashboard, joining, my_data, partner_companies, upkeep


def keeping(word: str, kind: Organisation.Kind) -> list[URLPattern]:
    """How the people of one kind of organisation keep their entry."""
    base = f"mein/{word}/<slug:slug>/"
    return [
        path(base, upkeep.edit, {"kind": kind}, name=f"edit_{kind}"),
        path(f"{base}bestaetigen/", upkeep.confirm, {"kind": kind}, name=f"confirm_{kind}"),
    ]


urlpatterns = [
    path("mitmachen/", joining.join, name="join"),
    path("mitmachen/partner/", joining.join_partner, name="join_partner"),
    path("mitmachen/partner/vorschau/", joining.join_preview, name="join_preview"),
    path("mitmachen/stadt/", joining.join_city, name="join_city"),
    path("mitmachen/code/", joining.join_code, name="join_code"),
    path("mitmachen/unternehmen/", joining.join_company, name="join_company"),
    path("einladung/<str:token>/", joining.join_invited, name="company_invitation"),
    path("mitmachen/verwerfen/", joining.discard_registration, name="discard_registration"),
    path("mitmachen/geschafft/", dashboard.registered, name="registered"),
    path("mein/", dashboard.dashboard, name="dashboard"),
    *keeping("partner", Organisation.Kind.PARTNER),
    *keeping("stadt", Organisation.Kind.CITY),
    *keeping("unternehmen", Organisation.Kind.COMPANY),
    path("mein/partner/<slug:slug>/unternehmen/", partner_companies.overview, name="partner_companies"),
    path(
        "mein/partner/<slug:slug>/einladungen/<int:pk>/zurueckziehen/",
        partner_companies.withdraw_invitation,
        name="withdraw_company_invitation",
    ),
    path("mein/beratung/<int:pk>/bestaetigen/", partner_companies.confirm_advice, name="confirm_advice"),
    path("mein/beratung/<int:pk>/beenden/", partner_companies.end_advice, name="end_advice"),
    path("mein/einwilligungen/", dashboard.my_consents, name="consents"),
    path("mein/einwilligungen/bestaetigen/", dashboard.confirm_consents, name="confirm_consents"),
    path("mein/einwilligungen/<str:purpose>/widerrufen/", dashboard.withdraw_consent, name="withdraw_consent"),
    path("mein/daten/", my_data.export_data, name="export_data"),
    path("mein/daten/loeschen/", my_data.delete_account, name="delete_account"),
    path("mein/passkey-hinweis/", dashboard.close_passkey_hint, name="close_passkey_hint"),
]
