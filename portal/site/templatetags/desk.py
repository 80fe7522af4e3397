"""What waits for the person who opens the office's desk."""

from collections.abc import Mapping
from typing import Any

from django import template

from portal.site import desk

register = template.Library()


@register.simple_tag(takes_context=True)
def what_waits(context: Mapping[str, Any]) -> list[desk.Waiting]:
    return desk.waiting_for(context["request"].user)
