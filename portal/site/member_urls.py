"""Addresses of registration and of the pages of a signed-in person."""

from django.urls import URLPattern, path

from portal.accounts.models import Organisation
from portal.site import (
    affiliations,
    dashboard,
    joining,
    my_data,
    network_upkeep,
    partner_companies,
    people,
    project_upkeep,
    upkeep,
)


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
    path("mein/projekte/<slug:slug>/", project_upkeep.edit, name="edit_project"),
    path("mein/projekte/<slug:slug>/bild/", project_upkeep.edit_picture, name="edit_project_picture"),
    path("mein/projekte/<slug:slug>/<slug:word>/", project_upkeep.step, name="project_step"),
    path("mein/personen/<int:pk>/", people.of_organisation, name="people"),
    path("mein/personen/<int:pk>/einladen/", people.invite, name="invite_colleague"),
    path("mein/personen/<int:pk>/verlassen/", people.leave, name="leave_organisation"),
    path("mein/personen/<int:pk>/code/<int:code>/", people.withdraw_invitation, name="withdraw_invitation"),
    path("mein/personen/<int:pk>/<int:membership>/rolle/", people.change_role, name="change_role"),
    path("mein/personen/<int:pk>/<int:membership>/fragen/", people.choose_contact, name="choose_contact"),
    path("mein/personen/<int:pk>/<int:membership>/entfernen/", people.remove, name="remove_person"),
    path("mein/netzwerk/neu/", network_upkeep.found_network, name="found_network"),
    *keeping("netzwerk", Organisation.Kind.NETWORK),
    path("mein/netzwerk/<slug:slug>/mitglieder/", network_upkeep.members, name="network_members"),
    path("mein/netzwerk/<slug:slug>/uebergeben/", network_upkeep.hand_over, name="hand_over_network"),
    path("mein/zugehoerigkeiten/<int:pk>/zustimmen/", affiliations.agree_affiliation, name="agree_affiliation"),
    path("mein/zugehoerigkeiten/<int:pk>/beenden/", affiliations.end_affiliation, name="end_affiliation"),
    *keeping("unternehmen", Organisation.Kind.COMPANY),
    path("mein/partner/<slug:slug>/unternehmen/", partner_companies.overview, name="partner_companies"),
    path(
        "mein/partner/<slug:slug>/einladungen/<int:pk>/zurueckziehen/",
        partner_companies.withdraw_invitation,
        name="withdraw_company_invitation",
    ),
    path("mein/einwilligungen/", dashboard.my_consents, name="consents"),
    path("mein/einwilligungen/bestaetigen/", dashboard.confirm_consents, name="confirm_consents"),
    path("mein/einwilligungen/<str:purpose>/widerrufen/", dashboard.withdraw_consent, name="withdraw_consent"),
    path("mein/adresse-erreichbar/", dashboard.address_reachable, name="address_reachable"),
    path("mein/daten/", my_data.export_data, name="export_data"),
    path("mein/daten/loeschen/", my_data.delete_account, name="delete_account"),
    path("mein/passkey-hinweis/", dashboard.close_passkey_hint, name="close_passkey_hint"),
]
