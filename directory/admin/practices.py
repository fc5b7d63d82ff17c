"""Practices: one specialist at one site, with hours and offerings on the same page."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from directory import listings
from directory.admin.fields import SpecialistByNPI
from directory.admin.scope import ScopedAdmin, ScopedTabular, person
from directory.admin.site import site
from directory.models import Offering, OpeningHours, Practice

KEEP = frozenset({"view", "add", "change", "delete"})


class OfferingInline(ScopedTabular):
    model = Offering
    staff_may = KEEP
    set_by_operators = ["confirmed_on"]
    fields = [
        "procedure",
        "status",
        "wait_weeks",
        "requirements",
        "needs_mri_months",
        "needs_injections",
        "needs_prescriber_word",
        "needs_doctor_referral",
        "needs_plan",
        "age_from",
        "age_to",
        "takes_incomplete",
        "confirmed_on",
    ]
    short_lists = ["procedure"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("procedure")


class HoursInline(ScopedTabular):
    model = OpeningHours
    # Hours on the wall of the office. Django's own box speaks of the zone of the server, and has a button for "now".
    formfield_overrides = {models.TimeField: {"widget": forms.TimeInput(format="%H:%M", attrs={"type": "time"})}}
    scope_by = "practice"
    staff_may = KEEP
    fields = ["weekday", "opens_at", "closes_at"]


@admin.register(Practice, site=site)
class PracticeAdmin(ScopedAdmin):
    position = 20
    staff_may = KEEP
    set_by_operators = ["confirmed_on"]
    fields = ["specialist", "site", "phone", "accepting_new_patients", "telehealth", "insurers", "confirmed_on"]
    autocomplete_fields = ["specialist", "site"]
    filter_horizontal = ["insurers"]
    list_display = ["specialist", "site", "clinic", "accepting_new_patients", "telehealth", "confirmed_on"]
    list_filter = ["accepting_new_patients", "telehealth", "confirmed_on", "offerings__procedure", "site__clinic"]
    list_select_related = ["specialist", "site__clinic"]
    search_fields = [
        "specialist__family_name",
        "specialist__given_name",
        "specialist__npi__exact",
        "site__city",
        "site__line1",
        "site__clinic__name",
    ]
    inlines = [OfferingInline, HoursInline]
    actions = ["confirm_selected"]
    change_form_template = "admin/directory/practice/change_form.html"

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        filters = super().get_list_filter(request)
        # All clinics of the country make no sidebar; an operator searches for the clinic's name instead.
        return filters if not person(request).is_superuser else [spec for spec in filters if "site__clinic" not in spec]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        # Links on a clinic's page lead to the list of its practices.
        return lookup == "site__clinic__id__exact" or super().lookup_allowed(lookup, value, request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = list(super().get_readonly_fields(request, obj))
        return [*fields, "specialist", "site"] if obj and not person(request).is_superuser else fields

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "specialist" and not person(request).is_superuser:
            return SpecialistByNPI(label=_("The specialist's NPI"), help_text=_("Ten digits"))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("clinic"), ordering="site__clinic__name")
    def clinic(self, practice: Practice) -> str:
        return practice.site.clinic.name

    def save_last(self, request: HttpRequest, saved: Practice) -> None:
        if "_confirm" in request.POST:
            listings.confirm(Practice.objects.filter(pk=saved.pk))
            messages.success(request, _("Thank you. This listing counts as confirmed for 90 days."))

    @admin.action(description=_("Everything here is right today"), permissions=["change"])
    def confirm_selected(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        number = listings.confirm(queryset)
        sentence = ngettext(
            "Thank you. %(number)d listing counts as confirmed for 90 days.",
            "Thank you. %(number)d listings count as confirmed for 90 days.",
            number,
        )
        messages.success(request, sentence % {"number": number})
        return None


@admin.register(Offering, site=site)
class OfferingAdmin(ScopedAdmin):
    """To find who offers what. It is changed on the page of its practice."""

    position = 21
    staff_may = operators_may = frozenset({"view", "delete"})  # it goes with its practice
    list_display = ["procedure", "specialist", "clinic", "status", "wait_weeks", "confirmed_on"]
    list_filter = ["procedure", "status", "confirmed_on"]
    list_select_related = ["procedure", "practice__specialist", "practice__site__clinic"]
    search_fields = ["practice__specialist__family_name", "practice__site__clinic__name", "practice__site__city"]

    @admin.display(description=_("specialist"), ordering="practice__specialist__family_name")
    def specialist(self, offering: Offering) -> str:
        return offering.practice.specialist.name

    @admin.display(description=_("clinic"), ordering="practice__site__clinic__name")
    def clinic(self, offering: Offering) -> str:
        return offering.practice.site.clinic.name
