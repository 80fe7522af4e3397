"""Places offered while somebody types one: options for a field's list, or JSON for other programs."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cities import places
from cities.places import Found

_MOST = 12
_SHORTEST = 2  # a single letter says too little to offer anything


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def place_offers(request: HttpRequest) -> HttpResponse:
    """`?q=`: places that the text may mean, best first; an empty list for whatever is no place."""
    query = request.GET.get("q", "")
    found = places.find(query, limit=_MOST) if len(query.strip()) >= _SHORTEST else []
    response = _as_json(found) if _wants_json(request) else render(request, "site/place_offers.html", {"found": found})
    patch_vary_headers(response, ["Accept"])
    return response


def _wants_json(request: HttpRequest) -> bool:
    wanted = request.get_preferred_type(["text/html", "application/json"])
    return request.GET.get("format") == "json" or wanted == "application/json"


def _as_json(found: list[Found]) -> JsonResponse:
    return JsonResponse([_entry(place) for place in found], safe=False, json_dumps_params={"ensure_ascii": False})


def _entry(place: Found) -> dict[str, Any]:
    names = ("key", "label", "name", "kind", "population")
    return {name: getattr(place, name) for name in names}
