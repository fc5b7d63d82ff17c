"""Who logs in. Operators only: a clinic's staff read the names of their colleagues on the clinic's page."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory import notices
from directory.admin.scope import LOOK, ScopedAdmin, ScopedTabular, person
from directory.admin.site import site
from directory.models import Membership, Notice, User


class PersonForm(UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User
        fields = "__all__"
        field_classes: ClassVar[dict[str, type[forms.Field]]] = {}


class NewPersonForm(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("email", "name")
        field_classes: ClassVar[dict[str, type[forms.Field]]] = {}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


class MembershipFormSet(BaseInlineFormSet):
    """Whoever is let in by hand reads all requests of the clinic: it is told, as where a claim is approved."""

    def save_new(self, form: Any, commit: bool = True) -> Membership:
        return self._tell(super().save_new(form, commit))

    def save_existing(self, form: Any, obj: Membership, commit: bool = True) -> Membership:
        return self._tell(super().save_existing(form, obj, commit))  # called for a row that was changed

    def _tell(self, membership: Membership) -> Membership:
        clinic = membership.clinic
        notices.tell_clinic(Notice.Kind.LET_IN, reverse("admin:directory_clinic_change", args=[clinic.pk]), clinic)
        return membership


class MembershipInline(ScopedTabular):
    """At which clinics a person works, or who works at a clinic."""

    model = Membership
    formset = MembershipFormSet
    staff_may = LOOK
    autocomplete_fields = ["user", "clinic"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user", "clinic")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Staff read a name without a link to a page that is not for them."""
        return super().get_fields(request, obj) if person(request).is_superuser else ["colleague"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = super().get_readonly_fields(request, obj)
        return fields if person(request).is_superuser else [*fields, "colleague"]

    @admin.display(description=_("name"))
    def colleague(self, membership: Membership) -> str:
        return membership.user.name or "-"


@admin.register(User, site=site)
class PersonAdmin(ScopedAdmin, DjangoUserAdmin):
    """Rights come from the role: an operator is a superuser, staff have a membership."""

    position = 60
    form = PersonForm
    add_form = NewPersonForm
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("What this person may do"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Since when"), {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("email", "name", "usable_password", "password1", "password2")}),
    )
    readonly_fields = ["date_joined", "last_login"]
    list_display = ["email", "name", "is_staff", "is_superuser", "is_active", "last_login"]
    list_filter = ["is_staff", "is_superuser", "is_active"]
    search_fields = ["email", "name", "memberships__clinic__name"]
    ordering = ["email"]
    filter_horizontal = []
    inlines = [MembershipInline]

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return list(self.inlines) if obj else []
