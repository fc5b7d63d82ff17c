"""Partners and their keys. A key is shown once, on the page that follows its making, and nowhere else."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from directory import keys
from directory.admin.scope import ScopedAdmin
from directory.admin.site import site
from directory.models import ApiKey, Partner


@admin.register(Partner, site=site)
class PartnerAdmin(ScopedAdmin):
    position = 40
    # Its requests and keys name it: it is made inactive, never deleted.
    operators_may = frozenset({"view", "add", "change"})
    fields = ["name", "contact_email", "is_active", "made_at", "last_used"]
    readonly_fields = ["made_at", "last_used"]
    list_display = ["name", "contact_email", "is_active", "made_at", "last_used"]
    list_filter = ["is_active"]
    search_fields = ["name", "contact_email"]

    @admin.display(description=_("last used"))
    def last_used(self, partner: Partner) -> Any:
        return (
            partner.keys.order_by("last_used_at")
            .values_list("last_used_at", flat=True)
            .exclude(last_used_at=None)
            .last()
        )


class KeyForm(forms.ModelForm):
    class Meta:
        model = ApiKey
        fields = ("partner", "expires_at")

    def clean_expires_at(self) -> Any:
        at = self.cleaned_data["expires_at"]
        if at is not None and at <= timezone.now():
            raise forms.ValidationError(_("This lies in the past. Choose a later moment, or leave it empty."))
        return at


@admin.register(ApiKey, site=site)
class ApiKeyAdmin(ScopedAdmin):
    position = 41
    form = KeyForm
    operators_may = frozenset({"view", "add", "change"})
    settled = ["partner", "prefix", "expires_at", "made_at", "last_used_at", "revoked_at"]
    list_display = ["prefix", "partner", "made_at", "expires_at", "last_used_at", "revoked_at"]
    list_filter = ["partner", ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["partner"]
    actions = ["revoke"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.settled if obj else ["partner", "expires_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What a key opens and until when is settled when it is made."""
        return self.settled if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.shown_once = keys.fill(obj)
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Not by way of a message, which would be kept in a cookie or a session."""
        page = {
            **self.admin_site.each_context(request),
            "title": gettext("A new key for %(partner)s") % {"partner": obj.partner},
            "opts": self.opts,
            "key": obj.shown_once,
            "row": obj,
        }
        return TemplateResponse(request, "admin/directory/apikey/made.html", page)

    @admin.action(description=_("Revoke the selected keys at once"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        ended = ApiKey.objects.filter(pk__in=queryset.values("pk")).revoke()
        sentence = ngettext("%(ended)d key was revoked.", "%(ended)d keys were revoked.", ended)
        messages.success(request, sentence % {"ended": ended})
