"""All addresses of the portal."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from portal.site import joining

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("konto/signup/", joining.lead_to_join),
    path("konto/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("matching.urls")),
    path("", include("portal.site.urls")),
]
