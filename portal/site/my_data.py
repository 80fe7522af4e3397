"""What the portal knows about a person: handed out, or erased. Both ask again who is there."""

from typing import cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.accounts import personal_data
from portal.accounts.models import Membership, User

show_or_act = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@show_or_act
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def export_data(request: HttpRequest) -> HttpResponse:
    """GET shows what the file holds, POST hands it out."""
    if request.method != "POST":
        return render(request, "site/export_data.html")
    response = JsonResponse(
        personal_data.export(_person(request)), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response["Content-Disposition"] = f'attachment; filename="meine-daten-{timezone.localdate():%Y-%m-%d}.json"'
    return response


@never_cache
@show_or_act
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def delete_account(request: HttpRequest) -> HttpResponse:
    """Nothing happens before the box is ticked."""
    person = _person(request)
    if request.method == "POST" and request.POST.get("sure") == "yes":
        personal_data.erase(person)
        request.session.flush()
        messages.success(request, _("Ihr Konto ist gelöscht."))
        return redirect("home")
    memberships = Membership.objects.filter(user=person).select_related("organisation")
    context = {"memberships": memberships, "is_unsure": request.method == "POST"}
    return render(request, "site/delete_account.html", context, status=400 if request.method == "POST" else 200)


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)  # LoginRequiredMiddleware lets nobody else come here
