"""A clinic on one page: itself, its sites, its people, and the way to its practices."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from directory import listings
from directory.admin.people import MembershipInline
from directory.admin.scope import LOOK, ScopedAdmin, ScopedStacked, ScopedTabular, person
from directory.admin.site import site
from directory.models import Clinic, PastSlug, Practice, Site

ADDRESS = ("line1", "line2", "city", "state", "postal_code")
PLACE = ("latitude", "longitude", "location_precision")
ACCESS = ("step_free", "accessible_restroom", "lowering_table", "interpreter")
PRACTICES_SHOWN = 100


def save_site(request: HttpRequest, row: Site, form: ModelForm) -> None:
    """Saves a site, finds its place where the address is new, and says how well that went."""
    if set(PLACE) & set(form.changed_data):
        row.location_source = "operator" if row.latitude is not None else ""
        row.save()
        return
    if row.pk and row.latitude is not None and not set(ADDRESS) & set(form.changed_data):
        row.save()
        return
    listings.place(row)
    row.save()
    if row.latitude is None:
        sentence = _(
            "We could not place this address: %(site)s. Patients find it by name only. "
            "Compare street, city, state and ZIP code."
        )
        messages.warning(request, sentence % {"site": row})
    else:
        sentence = _("%(site)s was placed by its %(precision)s.")
        messages.success(request, sentence % {"site": row, "precision": row.get_location_precision_display()})


def practice_list(practices: QuerySet[Practice], more: str) -> SafeString:
    """Links to the pages of practices, each with its offerings; `more` leads to the list of all of them."""
    shown = list(practices.select_related("specialist", "site__clinic").prefetch_related("offerings__procedure")[:101])
    lines = format_html_join(
        "",
        '<li><a href="{}">{}</a>: {}</li>',
        (
            (
                reverse("admin:directory_practice_change", args=[practice.pk]),
                str(practice),
                ", ".join(str(offering) for offering in practice.offerings.all()) or gettext("no procedure named"),
            )
            for practice in shown[:PRACTICES_SHOWN]
        ),
    )
    if len(shown) > PRACTICES_SHOWN:
        lines += format_html('<li><a href="{}">{}</a></li>', more, _("All of them"))
    return format_html("<ul>{}</ul>", lines) if shown else SafeString("-")


class SiteInline(ScopedStacked):
    model = Site
    extra = 0  # large; a site has a page of its own for adding
    staff_may = frozenset({"view", "add", "change"})
    set_by_operators = ["from_registry"]
    fieldsets = (
        (
            None,
            {"fields": ("name", ("line1", "line2"), ("city", "state", "postal_code"), "placed", "closed_on", "hidden")},
        ),
        (_("Access"), {"fields": (ACCESS,)}),
    )
    readonly_fields = ["placed"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("clinic")

    @admin.display(description=_("placed by"))
    def placed(self, row: Site) -> str:
        return placed_by(row)


def placed_by(row: Site) -> str:
    """How well the place of a site is known, in words."""
    if row.latitude is None:
        return gettext("not placed: found by name only")
    return f"{row.get_location_precision_display()} ({row.location_source})"


class PastSlugInline(ScopedTabular):
    """Addresses that the page once had. They lead to it for good."""

    model = PastSlug
    operators_may = LOOK
    verbose_name_plural = _("past addresses of its page")
    fields = ["slug"]


class ClinicForm(ModelForm):
    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        past = PastSlug.objects.filter(slug=slug).first()
        if past is not None and (past.clinic_id is None or past.clinic_id != self.instance.pk):
            raise ValidationError(_("Another clinic's page had this address once. Choose another."), code="past_slug")
        return slug


@admin.register(Clinic, site=site)
class ClinicAdmin(ScopedAdmin):
    position = 10
    form = ClinicForm
    staff_may = frozenset({"view", "change"})
    set_by_operators = ["slug", "npi", "people_checked_on", "notification_email_confirmed_at"]
    fieldsets = (
        (None, {"fields": ("name", "website", "slug", "npi")}),
        (
            _("Requests"),
            {
                "fields": (
                    "notification_email",
                    "notification_email_confirmed_at",
                    "notification_email_bounced_at",
                    "notification_language",
                    "people_checked_on",
                    "takes_requests",
                )
            },
        ),
        (_("Specialists here"), {"fields": ("practices",)}),
    )
    readonly_fields = ["notification_email_bounced_at", "takes_requests", "practices"]
    prepopulated_fields = {"slug": ["name"]}
    list_display = ["name", "takes_requests", "site_count", "people_checked_on", "notification_email_confirmed_at"]
    list_filter = [
        ("people_checked_on", admin.EmptyFieldListFilter),
        ("notification_email_confirmed_at", admin.EmptyFieldListFilter),
        ("notification_email_bounced_at", admin.EmptyFieldListFilter),
        "sites__state",
    ]
    search_fields = ["name", "slug", "npi__exact", "sites__city", "sites__postal_code"]
    ordering = ["name", "pk"]
    inlines = [SiteInline, MembershipInline, PastSlugInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Clinic]:
        return super().get_queryset(request).annotate(sites_here=Count("sites", distinct=True))

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else dict(self.prepopulated_fields)

    def news(self, request: HttpRequest) -> str:
        """Of clinics to which no mail goes any more: nobody there learns of a request."""
        dead = Clinic.objects.scope(person(request)).bounced()
        number = dead.count()
        if not number:
            return ""
        if person(request).is_superuser:
            where = reverse("admin:directory_clinic_changelist") + "?notification_email_bounced_at__isempty=0"
            sentence = ngettext(
                "%(number)d clinic whose notification address is dead: it takes no requests here",
                "%(number)d clinics whose notification address is dead: they take no requests here",
                number,
            ) % {"number": number}
        else:
            where = reverse("admin:directory_clinic_change", args=[dead.values_list("pk", flat=True)[0]])
            sentence = gettext(
                "Mail to your notification address comes back. Name another: until then you get no requests"
            )
        return format_html('<a href="{}">{}</a>', where, sentence)

    @admin.display(description=_("takes requests here"), boolean=True)
    def takes_requests(self, clinic: Clinic) -> bool:
        return clinic.connected

    @admin.display(description=_("sites"), ordering="sites_here")
    def site_count(self, clinic: Any) -> int:
        return int(clinic.sites_here)

    @admin.display(description=_("practices"))
    def practices(self, clinic: Clinic) -> str:
        more = reverse("admin:directory_practice_changelist") + f"?site__clinic__id__exact={clinic.pk}"
        return practice_list(Practice.objects.filter(site__clinic=clinic.pk), more)

    def save_model(self, request: HttpRequest, obj: Clinic, form: ModelForm, change: bool) -> None:
        changed = form.changed_data
        if "notification_email" in changed and "notification_email_confirmed_at" not in changed:
            if obj.notification_email_confirmed_at is not None:
                messages.warning(
                    request,
                    _("The new notification address is not confirmed yet. Until then no requests are taken here."),
                )
            obj.notification_email_confirmed_at = None
        if "notification_email" in changed or obj.notification_email_confirmed_at is not None:
            obj.notification_email_bounced_at = None
        if change and "slug" in changed:
            listings.keep_past_slug(obj, str(form.initial["slug"]))
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Clinic) -> None:
        listings.keep_past_slug(obj, obj.slug)  # gone for good, not free for another clinic
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Clinic]) -> None:
        with transaction.atomic():
            for clinic in queryset:
                listings.keep_past_slug(clinic, clinic.slug)
            super().delete_queryset(request, queryset)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not Site:
            super().save_formset(request, form, formset, change)
            return
        forms_of = {id(each.instance): each for each in formset.forms}
        for row in formset.save(commit=False):
            save_site(request, row, forms_of[id(row)])
        for row in formset.deleted_objects:
            row.delete()
        formset.save_m2m()


@admin.register(Site, site=site)
class SiteAdmin(ScopedAdmin):
    position = 11
    staff_may = frozenset({"view", "add", "change"})
    set_by_operators = [*PLACE, "from_registry"]
    fieldsets = (
        (None, {"fields": ("clinic", "name", "line1", "line2", "city", "state", "postal_code")}),
        (_("Access"), {"fields": ACCESS}),
        (_("On the map"), {"fields": (*PLACE, "location_source", "time_zone")}),
        (_("Shown or not"), {"fields": ("closed_on", "hidden", "from_registry")}),
        (_("Specialists here"), {"fields": ("practices",)}),
    )
    readonly_fields = ["location_source", "time_zone", "practices"]
    autocomplete_fields = ["clinic"]
    list_display = ["__str__", "clinic", "name", "location_precision", "closed_on", "hidden"]
    list_filter = ["state", ("location_precision", admin.EmptyFieldListFilter), "hidden", "from_registry"]
    list_select_related = ["clinic"]
    search_fields = ["line1", "city", "postal_code", "clinic__name"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = list(super().get_readonly_fields(request, obj))
        return [*fields, "clinic"] if obj and not person(request).is_superuser else fields

    @admin.display(description=_("practices"))
    def practices(self, row: Site) -> str:
        more = reverse("admin:directory_practice_changelist") + f"?site__clinic__id__exact={row.clinic_id}"
        return practice_list(Practice.objects.filter(site=row.pk), more)

    def save_model(self, request: HttpRequest, obj: Site, form: ModelForm, change: bool) -> None:
        save_site(request, obj, form)
