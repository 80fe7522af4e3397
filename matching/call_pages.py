"""The calendar file of a time to call, for both sides: signed in, or by the link from the mail."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from matching import call_files, tokens
from matching.models import Introduction, Invitation, Side
from matching.token_pages import token_page
from portal.accounts.models import Organisation

IN_ADDRESS = {"partner": Side.PARTNER, "stadt": Side.CITY}


@never_cache
@require_safe
def for_member(request: HttpRequest, pk: int, whose: str) -> HttpResponse:
    """For members of one of both organisations, not for the office."""
    introduction = get_object_or_404(Introduction.objects.visible_to(request.user), pk=pk)
    own = Organisation.objects.filter(memberships__user=request.user.pk)
    if not own.filter(pk__in=[introduction.organisation(side).pk for side in Side]).exists():
        raise Http404
    return _file(introduction, whose)


@token_page
@require_safe
def by_token(request: HttpRequest, token: str, whose: str) -> HttpResponse:
    invitation = tokens.invitation_of(token)
    if invitation is None:
        raise Http404
    return _file(invitation.introduction, whose)


def _file(introduction: Introduction, whose: str) -> HttpResponse:
    """404 for what does not exist as for what was not told yet."""
    side = IN_ADDRESS.get(whose)
    invitation = Invitation.objects.filter(introduction=introduction, side=side).first() if side else None
    if invitation is None:
        raise Http404
    invitation.introduction = introduction
    content = call_files.file(invitation)
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="anruf-{whose}.ics"'
    return response
