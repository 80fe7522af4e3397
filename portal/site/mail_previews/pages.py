"""The office's pages of all mails: the list, one mail as text with its headers, and the same as HTML."""

import hashlib
import re
from base64 import b64encode

from csp.constants import SELF
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from portal.mail import messages
from portal.site import mail_previews
from portal.site.mail_previews import LETTERS, Preview

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_OF_THE_BODY = {"Content-Type", "MIME-Version"}


def list_page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Every template, with its cases."""
    _require_right(request)
    rows = [(letter, mail_previews.of_letter(letter)) for letter in LETTERS]
    context = site.each_context(request) | {"title": _("Mails des Portals"), "letters": rows}
    return TemplateResponse(request, "admin/mail/previews.html", context)


def text_page(request: HttpRequest, letter: str, number: int, *, site: AdminSite) -> HttpResponse:
    """Headers as they go over the wire, and the text."""
    preview = _find(request, letter, number)
    message = messages.build(preview.mail).message()
    context = site.each_context(request) | {
        "title": preview.mail.subject,
        "preview": preview,
        "number": number,
        "headers": [(name, value) for name, value in message.items() if name not in _OF_THE_BODY],
    }
    return TemplateResponse(request, "admin/mail/preview.html", context)


def html_page(request: HttpRequest, letter: str, number: int) -> HttpResponse:
    """The HTML part itself; its one style sheet is allowed by its hash, everything else stays forbidden."""
    html = _find(request, letter, number).mail.html
    response = HttpResponse(html)
    response._csp_update = {"style-src": [SELF, *_hashes_of_styles(html)]}  # type: ignore[attr-defined]
    return response


def _find(request: HttpRequest, letter: str, number: int) -> Preview:
    _require_right(request)
    found = mail_previews.of_letter(letter) if letter in LETTERS else []
    if number >= len(found):
        raise Http404
    return found[number]


def _require_right(request: HttpRequest) -> None:
    if not request.user.has_perm("mail.view_outgoingmail"):
        raise PermissionDenied


def _hashes_of_styles(html: str) -> list[str]:
    digests = (hashlib.sha256(style.encode()).digest() for style in _STYLE.findall(html))
    return [f"'sha256-{b64encode(digest).decode()}'" for digest in digests]
