"""Reference data and public claims: what the field's words are. Operators keep them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from directory.admin.scope import LOOK, ScopedAdmin, ScopedTabular, person
from directory.admin.site import site
from directory.models import (
    ClaimsRecord,
    Condition,
    ImportRun,
    Insurer,
    Language,
    Procedure,
    ProcedureSynonym,
    Taxonomy,
)


class ReferenceAdmin(ScopedAdmin):
    """The same words for everybody. Staff read them where a page leads there; their index does not list them."""

    staff_may = LOOK

    def has_module_permission(self, request: HttpRequest) -> bool:
        return person(request).is_superuser and super().has_module_permission(request)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What stands in addresses is chosen once, with the first name."""
        return {} if obj else self.prepopulated_fields


class SynonymInline(ScopedTabular):
    model = ProcedureSynonym
    staff_may = LOOK
    fields = ["name", "language"]


@admin.register(Procedure, site=site)
class ProcedureAdmin(ReferenceAdmin):
    position = 49
    list_display = ["name_en", "name_es", "slug", "position"]
    search_fields = ["name_en", "name_es", "slug", "synonyms__name"]
    prepopulated_fields = {"slug": ["name_en"]}
    inlines = [SynonymInline]


@admin.register(Condition, site=site)
class ConditionAdmin(ReferenceAdmin):
    position = 50
    list_display = ["name_en", "name_es", "slug", "position"]
    search_fields = ["name_en", "name_es", "slug", "words_en", "words_es"]
    prepopulated_fields = {"slug": ["name_en"]}
    filter_horizontal = ["procedures"]


@admin.register(Insurer, site=site)
class InsurerAdmin(ReferenceAdmin):
    position = 51
    list_display = ["name_en", "name_es", "kind", "state"]
    list_filter = ["kind"]
    search_fields = ["name_en", "name_es", "slug"]


@admin.register(Taxonomy, site=site)
class TaxonomyAdmin(ReferenceAdmin):
    position = 52
    list_display = ["code", "name_en", "name_es", "is_pain"]
    list_filter = ["is_pain"]
    search_fields = ["code", "name_en", "name_es"]


@admin.register(Language, site=site)
class LanguageAdmin(ReferenceAdmin):
    position = 53
    list_display = ["code", "name_en", "name_es"]
    search_fields = ["code", "name_en", "name_es"]


@admin.register(ClaimsRecord, site=site)
class ClaimsAdmin(ScopedAdmin):
    """What public claims say is read here, never written: it comes with the import, and goes with its specialist."""

    position = 70
    operators_may = frozenset({"view", "delete"})
    list_display = ["specialist", "procedure", "year", "services"]
    list_filter = ["year", "procedure"]
    list_select_related = ["specialist", "procedure"]
    search_fields = ["specialist__family_name", "specialist__npi__exact"]


@admin.register(ImportRun, site=site)
class ImportRunAdmin(ScopedAdmin):
    position = 71
    operators_may = LOOK
    list_display = ["file_name", "kind", "finished_at", "read", "kept", "new", "changed", "deactivated", "refused"]
    list_filter = ["kind"]
    date_hierarchy = "finished_at"
    search_fields = ["file_name", "file_sha256"]
