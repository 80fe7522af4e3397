"""Reference data in the admin: to look at and to choose from; only topics and skills are kept by hand."""

from django.contrib import admin
from django.http import HttpRequest

from cities.models import Municipality, Region, Skill, Topic


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Nobody edits the official register by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Municipality)
class MunicipalityAdmin(ReadOnlyAdmin):
    list_display = ["name", "ags", "district", "land", "population"]
    list_filter = [("land", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["district", "land"]
    search_fields = ["name", "ags"]
    ordering = ["-population"]
    show_full_result_count = False


@admin.register(Region)
class RegionAdmin(ReadOnlyAdmin):
    list_display = ["name", "key", "kind"]
    list_filter = ["kind"]
    search_fields = ["name", "key"]


@admin.register(Topic, Skill)
class WordAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The words in which partners, towns and projects say what they are about and can do."""

    list_display = ["name", "code", "position"]
    search_fields = ["name", "code"]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False  # partners and towns refer to it, and stored reasons name it
