"""The groups of partners in the admin; the entries of partners stand with those of the towns, in portal.site."""

from django.contrib import admin
from django.http import HttpRequest

from partners.models import PartnerCategory


@admin.register(PartnerCategory)
class PartnerCategoryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "code", "sector", "examples", "position"]
    list_filter = ["sector"]
    search_fields = ["name", "code"]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False  # partners refer to it
