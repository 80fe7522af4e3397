"""All addresses of the portal."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from portal import health
from portal.accounts.sign_in import SignInView
from portal.site import joining

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = _("OM × Engagierte Stadt – Geschäftsstelle")
admin.site.index_title = _("Was ist zu tun?")
admin.site.enable_nav_sidebar = False  # the lists need the width

handler400 = "portal.error_pages.bad_request"
handler500 = "portal.error_pages.server_error"

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("konto/signup/", joining.lead_to_join),
    path("konto/login/", SignInView.as_view(), name="account_login"),
    path("konto/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("portal.mail.urls")),
    path("", include("matching.urls")),
    path("", include("portal.site.urls")),
]
