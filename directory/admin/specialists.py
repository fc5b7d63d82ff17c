"""Specialists. The operator keeps them; a clinic's staff read of those who practise there."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from directory.admin.scope import LOOK, ScopedAdmin, ScopedTabular, person
from directory.admin.site import site
from directory.models import ClaimsRecord, Practice, Specialist, SpecialistTaxonomy


class TaxonomyInline(ScopedTabular):
    model = SpecialistTaxonomy
    scope_by = "specialist"
    staff_may = LOOK
    fields = ["taxonomy", "is_primary", "position"]
    autocomplete_fields = ["taxonomy"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("taxonomy")


class PracticeInline(ScopedTabular):
    """Where the specialist practises: to look at, with a link to the page where it is changed."""

    model = Practice
    staff_may = operators_may = LOOK
    fields = ["site", "clinic", "phone", "accepting_new_patients", "confirmed_on"]
    readonly_fields = ["clinic"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("site__clinic", "specialist")

    @admin.display(description=_("clinic"))
    def clinic(self, practice: Practice) -> str:
        return practice.site.clinic.name


class ClaimsInline(ScopedTabular):
    model = ClaimsRecord
    operators_may = LOOK
    fields = ["procedure", "year", "services"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("procedure")


NAMED = 5  # so many in one sentence


@admin.register(Specialist, site=site)
class SpecialistAdmin(ScopedAdmin):
    position = 30
    staff_may = LOOK
    seen_by_operators = ["registry_updated_on", "deactivated_on", "excluded_on", "suppressed_on"]
    fieldsets = (
        (None, {"fields": ("npi", "given_name", "middle_name", "family_name", "name_suffix", "credentials")}),
        (_("Patients ask for"), {"fields": ("gender", "languages")}),
        (
            _("Shown or not"),
            {
                "fields": ("registry_updated_on", "deactivated_on", "excluded_on", "suppressed_on", "street_hidden_on"),
            },
        ),
    )
    readonly_fields = ["street_hidden_on"]  # requests for removal set it, and take it back
    list_display = ["full_name", "npi_text", "gender", "shown"]
    list_filter = [
        "gender",
        "languages",
        "registered_as__taxonomy",
        "deactivated_on",
        "suppressed_on",
        "street_hidden_on",
    ]
    search_fields = ["family_name", "given_name", "npi__exact"]
    search_help_text = _("A name, or all ten digits of an NPI")
    autocomplete_fields = ["languages"]
    inlines = [TaxonomyInline, PracticeInline, ClaimsInline]

    def news(self, request: HttpRequest) -> str:
        """A clinic's people learn that a street of theirs is hidden: whoever asked may not have been the doctor."""
        user = person(request)
        if user.is_superuser:
            return ""
        hidden = Specialist.objects.scope(user).active().filter(street_hidden_on__isnull=False)
        names = [specialist.name for specialist in hidden[: NAMED + 1]]
        if not names:
            return ""
        if len(names) > NAMED:
            names[NAMED:] = [str(_("and others"))]
        sentence = _(
            "Somebody asked to have the street hidden of: %(names)s. Patients see town, ZIP code and phone. If that "
            "was not the doctor's wish, tell the operator of this site, who can show it again."
        )
        return sentence % {"names": "; ".join(names)}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who was taken out stays in the table: without the row the next import would list them again."""
        if obj is not None and obj.suppressed_on is not None:
            return False
        return super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = list(super().get_readonly_fields(request, obj))
        return [*fields, "npi"] if obj else fields

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        columns = [str(column) for column in super().get_list_display(request)]
        return columns if person(request).is_superuser else [column for column in columns if column != "shown"]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        filters = super().get_list_filter(request)
        return (
            filters if request.user.is_superuser else [spec for spec in filters if spec not in self.seen_by_operators]
        )

    @admin.display(description=_("name"), ordering="family_name")
    def full_name(self, specialist: Specialist) -> str:
        return specialist.name

    @admin.display(description="NPI", ordering="npi")
    def npi_text(self, specialist: Specialist) -> str:
        return str(specialist.npi)

    @admin.display(description=_("shown"), boolean=True)
    def shown(self, specialist: Specialist) -> bool:
        return specialist.is_active
