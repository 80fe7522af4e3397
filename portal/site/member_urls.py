"""Addresses of registration and of the pages of a signed-in person."""

from django.urls import path

from portal.site import dashboard, joining, my_data, upkeep

urlpatterns = [
    path("mitmachen/", joining.join, name="join"),
    path("mitmachen/partner/", joining.join_partner, name="join_partner"),
    path("mitmachen/partner/vorschau/", joining.join_preview, name="join_preview"),
    path("mitmachen/stadt/", joining.join_city, name="join_city"),
    path("mitmachen/code/", joining.join_code, name="join_code"),
    path("mitmachen/verwerfen/", joining.discard_registration, name="discard_registration"),
    path("mitmachen/geschafft/", dashboard.registered, name="registered"),
    path("mein/", dashboard.dashboard, name="dashboard"),
    path("mein/partner/<slug:slug>/", upkeep.edit_partner, name="edit_partner"),
    path("mein/partner/<slug:slug>/bestaetigen/", upkeep.confirm_partner, name="confirm_partner"),
    path("mein/stadt/<slug:slug>/", upkeep.edit_city, name="edit_city"),
    path("mein/stadt/<slug:slug>/bestaetigen/", upkeep.confirm_city, name="confirm_city"),
    path("mein/einwilligungen/", dashboard.my_consents, name="consents"),
    path("mein/einwilligungen/bestaetigen/", dashboard.confirm_consents, name="confirm_consents"),
    path("mein/einwilligungen/<str:purpose>/widerrufen/", dashboard.withdraw_consent, name="withdraw_consent"),
    path("mein/daten/", my_data.export_data, name="export_data"),
    path("mein/daten/loeschen/", my_data.delete_account, name="delete_account"),
    path("mein/passkey-hinweis/", dashboard.close_passkey_hint, name="close_passkey_hint"),
]
