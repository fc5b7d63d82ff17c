"""Whose rows a page of the admin may show: the one base class of all admin classes.

Django's admin asks for permissions by model and shows all rows wherever a row can be named: in the sidebar of filters,
in selects, in autocompletion, in addresses. Here a person's role decides what may be done, and `scope(user)` of the
model which rows exist for that person. What is not declared is forbidden.
"""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.contrib.admin.filters import RelatedFieldListFilter, SimpleListFilter
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import BaseModelAdmin, InlineModelAdmin
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models, transaction
from django.forms import Field
from django.http import HttpRequest, HttpResponse

from directory import search
from directory.admin.fields import own_field
from directory.models import (
    ClaimsRecord,
    Condition,
    ImportRun,
    Insurer,
    Language,
    PastSlug,
    Procedure,
    ProcedureSynonym,
    Taxonomy,
    User,
)

EVERYTHING = frozenset({"view", "add", "change", "delete"})
LOOK = frozenset({"view"})

# Words of the field, the same for every clinic.
SAME_FOR_ALL: frozenset[type[models.Model]] = frozenset(
    {Condition, Insurer, Language, Procedure, ProcedureSynonym, Taxonomy}
)
# Of no clinic in particular; nobody's business but the operator's.
OPERATORS_ONLY: frozenset[type[models.Model]] = frozenset({ClaimsRecord, ImportRun, PastSlug})


def within[M: models.Model](rows: models.QuerySet[M], user: User) -> models.QuerySet[M]:
    """Those of the rows that exist for this person. An error for a model about which nobody has decided."""
    scope = getattr(rows, "scope", None)
    if scope is not None:
        return cast("models.QuerySet[M]", scope(user))
    if rows.model in SAME_FOR_ALL:
        return rows
    if rows.model in OPERATORS_ONLY:
        return rows if user.is_superuser else rows.none()
    raise ImproperlyConfigured(f"{rows.model._meta.label} needs a queryset with scope(user) before it is shown.")


def person(request: HttpRequest) -> User:
    """Who asks. The admin's pages are behind its log-in, so it is somebody."""
    return cast(User, request.user)


class OwnRows(BaseModelAdmin):
    """What admin classes and inlines share: permissions by role, rows and choices by scope."""

    staff_may: ClassVar[Collection[str]] = frozenset()
    operators_may: ClassVar[Collection[str]] = EVERYTHING
    # Clinic staff read these fields, or do not see them at all.
    set_by_operators: ClassVar[Sequence[str]] = ()
    seen_by_operators: ClassVar[Sequence[str]] = ()
    # A related select of few rows is read once for all forms of an inline.
    short_lists: ClassVar[Sequence[str]] = ()

    def may(self, request: HttpRequest, *any_of: str) -> bool:
        user = person(request)
        allowed = self.operators_may if user.is_superuser else self.staff_may
        return user.is_active and user.is_staff and any(what in allowed for what in any_of)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return within(super().get_queryset(request), person(request))

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_field_queryset(db, db_field, request)
        if rows is None:
            rows = db_field.remote_field.model._default_manager.using(db)
        return within(rows.all(), person(request))

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        """A clinic's own rows are few: a plain select names them all, and works without JavaScript."""
        return super().get_autocomplete_fields(request) if person(request).is_superuser else ()

    def formfield_for_dbfield(self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        field: Field | None = own_field(db_field)
        if field is None:
            field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in self.short_lists:
            field.choices = list(field.choices)  # type: ignore[attr-defined]  # choice fields only come here
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = [str(name) for name in super().get_readonly_fields(request, obj)]
        return fields if person(request).is_superuser else [*fields, *self.set_by_operators]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[tuple[Any, Any]]:
        sets: list[tuple[Any, dict[str, Any]]] = [
            (title, dict(options)) for title, options in super().get_fieldsets(request, obj)
        ]
        if not person(request).is_superuser:
            for _, options in sets:
                options["fields"] = [name for name in options["fields"] if name not in self.seen_by_operators]
        return [(title, options) for title, options in sets if options["fields"]]

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        # Not by way of the admin's own redirect, which finds any row of any model.
        if obj is None or not self.view_on_site or not hasattr(obj, "get_absolute_url"):
            return None
        return str(obj.get_absolute_url())

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        try:
            return self.opts.get_field(to_field) is self.opts.pk
        except FieldDoesNotExist:
            return False


class OwnRelatedFilter(RelatedFieldListFilter):
    """A filter whose sidebar names only what exists for this person."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        return [(row.pk, str(row)) for row in within(field.remote_field.model._default_manager.all(), person(request))]


class ScopedAdmin(OwnRows, admin.ModelAdmin):
    """The base of every admin class: a person's rows, a role's permissions, and no other way in."""

    position: ClassVar[int] = 100  # on the index page, smallest first
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def news(self, request: HttpRequest) -> str:
        """A sentence for the index page, where there is something to say."""
        return ""

    def is_own(self, request: HttpRequest, obj: models.Model | None) -> bool:
        if obj is None or obj.pk is None:
            return True
        return within(self.model._default_manager.filter(pk=obj.pk), person(request)).exists()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, *EVERYTHING)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "view", "change") and self.is_own(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "change") and self.is_own(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "delete") and self.is_own(request, obj)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """The class's filters, each made to name own rows only."""
        return [self._own_filter(spec) for spec in super().get_list_filter(request)]

    def _own_filter(self, spec: Any) -> Any:
        if not isinstance(spec, str):
            return spec
        field, model = None, self.model
        for part in spec.split("__"):
            field = model._meta.get_field(part)
            model = field.related_model or model
        return (spec, OwnRelatedFilter) if field is not None and field.is_relation else spec

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Only what the page's own filters send: other look-ups narrow a list until it tells what it does not show."""
        return lookup in self._offered_lookups(request)

    def _offered_lookups(self, request: HttpRequest) -> set[str]:
        offered: set[str] = set()
        for spec in self.get_list_filter(request):
            if isinstance(spec, type) and issubclass(spec, SimpleListFilter):
                offered.add(str(spec.parameter_name))
                continue
            path = spec[0] if isinstance(spec, (list, tuple)) else spec
            ends = ("exact", "isnull", "isempty", "gte", "lt", "id__exact", "pk__exact", "npi__exact", "code__exact")
            offered.update([path, *(f"{path}__{end}" for end in ends)])
        if self.date_hierarchy:
            offered.update(f"{self.date_hierarchy}__{end}" for end in ("year", "month", "day", "gte", "lt"))
        return offered

    def get_actions(self, request: HttpRequest, action_location: Any = None) -> dict[str, Any]:
        location = {} if action_location is None else {"action_location": action_location}
        actions = super().get_actions(request, **location)
        if not person(request).is_superuser:
            actions.pop("delete_selected", None)
        return actions

    # ---- what the search reads follows what is saved here, in the same transaction ------------------------------

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        saved = super().save_form(request, form, change)
        before = search.concerned(saved).values_list("pk", flat=True) if change else ()
        request.concerned = set(before)  # type: ignore[attr-defined]  # kept with the request: threads share this class
        return saved

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.save_last(request, form.instance)
        if not issubclass(self.model, (*search.VOCABULARY, *search.PARTS_OF_LISTINGS)):
            return
        if issubclass(self.model, search.VOCABULARY):  # listings have its number, not its words
            search.rebuild([], vocabulary=True)
            return
        search.hold()
        after = search.concerned(form.instance).values_list("pk", flat=True)
        search.rebuild({*request.concerned, *after})  # type: ignore[attr-defined]  # from save_form

    def save_last(self, request: HttpRequest, saved: Any) -> None:
        """What else is written when all of the page is saved."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            before = self._concerned_by([obj])
            super().delete_model(request, obj)
            self._rebuild(before)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        with transaction.atomic():
            before = self._concerned_by(list(queryset))
            super().delete_queryset(request, queryset)
            self._rebuild(before)

    def _concerned_by(self, rows: Sequence[Any]) -> set[int]:
        """The practices of these rows, locked; nobody adds one to them until they are deleted."""
        if not issubclass(self.model, (*search.VOCABULARY, *search.PARTS_OF_LISTINGS)):
            return set()
        for row in rows:  # locked before the version is held, in the order of everybody else
            list(search.concerned(row).select_for_update(of=("self",)).only("pk"))
        search.hold()
        return {pk for row in rows for pk in search.concerned(row).values_list("pk", flat=True)}

    def _rebuild(self, practices: Collection[int]) -> None:
        if issubclass(self.model, (*search.VOCABULARY, *search.PARTS_OF_LISTINGS)):
            search.rebuild(practices, vocabulary=issubclass(self.model, search.VOCABULARY))

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        if "\0" in search_term:  # PostgreSQL keeps no such text and refuses the question
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Operators read the whole history; staff what they and their colleagues did."""
        response: HttpResponse = super().history_view(request, object_id, extra_context)
        context = getattr(response, "context_data", None)
        if context and not person(request).is_superuser:
            page = context["action_list"]
            known = set(User.objects.scope(person(request)).values_list("pk", flat=True))
            page.object_list = [entry for entry in page.object_list if entry.user_id in known]
        return response


class ScopedInline(OwnRows, InlineModelAdmin):
    """The base of every inline. Where its model has no scope of its own, `scope_by` names the field of its parent."""

    extra = 1  # an empty row, so that one can be added without JavaScript
    scope_by: ClassVar[str] = ""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        if not self.scope_by:
            return super().get_queryset(request)
        own = within(self.parent_model._default_manager.all(), person(request))
        return self.model._default_manager.filter(**{f"{self.scope_by}__in": own.order_by().values("pk")})

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "view", "change")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "delete")


class ScopedTabular(ScopedInline, admin.TabularInline):
    pass


class ScopedStacked(ScopedInline, admin.StackedInline):
    pass


def visible_log(user: User) -> models.QuerySet[LogEntry]:
    """The recent actions on the index page. None for staff: they would name what is no longer theirs."""
    entries = LogEntry.objects.select_related("content_type", "user")
    return entries if user.is_superuser else entries.none()
