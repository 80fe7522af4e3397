"""Admin pages on which rows are looked at and decided about, never edited."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from matching.models import Disclosure


class Desk(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows are looked at and decided about by actions, never edited, added or deleted."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return super().has_change_permission(request)


class ReadOnlyInline(admin.TabularInline):  # type: ignore[type-arg]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DisclosureInline(ReadOnlyInline):
    model = Disclosure
    fields = ["side", "person", "disclosed_at"]
