"""Web hooks of a clinic: where its own system is told of requests, the secret, a test, and what was told."""

import uuid
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.admin.scope import EVERYTHING, ScopedAdmin, person
from directory.admin.site import site
from directory.models import Clinic, Specialist
from referrals.deliveries import addresses, outbox
from referrals.deliveries.addresses import AddressRefused, Target, Why
from referrals.models import Delivery, WebHook
from referrals.models.hooks import LONGEST_ADDRESS, MOST_OF_A_CLINIC
from referrals.vault.keys import VaultError

SHOWN = 20  # deliveries on the page of a hook

REFUSED = {
    Why.UNREADABLE: _("That is no web address. Letters beyond a to z are written as xn--… and %…; no spaces."),
    Why.NOT_HTTPS: _("The address must begin with https://"),
    Why.USER_INFO: _("Take out the name and password before the @. The signature shows who calls."),
    Why.PORT: _("Only the usual port of https, 443, is called. Take the port out of the address."),
    Why.HOST: _("Write the full name of the host, like hooks.example.org: no number, and no dot at the end."),
    Why.FRAGMENT: _("Take out the # and what follows it: it is never sent."),
    Why.UNKNOWN: _("We could not find this host. Compare the name; a new one takes a while until it is known."),
    Why.INTERNAL: _("This host is not on the internet but inside a network, and is not called from here."),
}


class WebHookForm(forms.ModelForm):
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_ADDRESS,
        widget=AdminTextInputWidget(attrs={"inputmode": "url", "class": "vLargeTextField"}),
        help_text=_("It begins with https:// and a host name: https://hooks.example.org/requests"),
    )

    # Beside it stands what the page was opened with: a 410 that came in since is no change of the person's
    is_on = WebHook._meta.get_field("is_on").formfield(show_hidden_initial=True)

    # What is wrong with the host of the address that was sent, as the look-up before this form has found.
    host_refused: ClassVar[Why | None] = None

    class Meta:
        model = WebHook
        fields: ClassVar[list[str]] = ["clinic", "url", "is_on"]

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        if "url" in self.changed_data:
            self.instance.host = self._target(url).host
            self.instance.not_before = None  # another receiver, which has asked for nothing
        return url

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        clinic = given.get("clinic") or getattr(self.instance, "clinic", None)
        others = WebHook.objects.filter(clinic=clinic).exclude(pk=self.instance.pk)
        if clinic is not None and self.instance._state.adding and others.count() >= MOST_OF_A_CLINIC:
            raise ValidationError(
                _("A clinic has at most %(most)d web hooks. Delete one that is not needed any more."),
                code="too_many",
                params={"most": MOST_OF_A_CLINIC},
            )
        if others.filter(url=given.get("url", "")).exists():
            self.add_error("url", _("This clinic has a web hook with this address already."))
        if given.get("is_on"):
            self.instance.off_because = ""
        return given

    def _target(self, url: str) -> Target:
        try:
            target = addresses.parse(url)
        except AddressRefused as refused:
            raise ValidationError(REFUSED[refused.why], code=refused.why) from refused
        if self.host_refused is not None:
            raise ValidationError(REFUSED[self.host_refused], code=self.host_refused)
        if not target.is_test and Specialist.objects.fictional().exists():
            raise ValidationError(
                _("This is a demonstration: nothing leaves it, except to WEBHOOK_TEST_RECEIVER on the same machine."),
                code="demonstration",
            )
        return target


@admin.register(WebHook, site=site)
class WebHookAdmin(ScopedAdmin):
    position = 21
    form = WebHookForm
    staff_may = EVERYTHING
    fields = ["clinic", "url", "is_on"]
    readonly_fields = ["off_because", "rotated_at"]
    autocomplete_fields = ["clinic"]
    list_display = ["__str__", "clinic", "is_on", "off_because", "created_at"]
    list_filter = ["is_on"]
    list_select_related = ["clinic"]
    search_fields = ["clinic__name", "host"]
    change_form_template = "admin/referrals/webhook/change_form.html"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        why = ["off_because"] if obj and obj.off_because else []
        return [*self.fields, *why, "rotated_at"] if obj else self.fields

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Most people work for one clinic."""
        own = Clinic.objects.scope(person(request)).values_list("pk", flat=True)[:2]
        return super().get_changeform_initial_data(request) | ({"clinic": own[0]} if len(own) == 1 else {})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "clinic"] if obj else fields

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The host is looked up before Django opens its transaction: a slow resolver must hold up nobody who writes."""
        request.host_refused = self._look_up(request)  # type: ignore[attr-defined]  # threads share this class
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = cast("type[WebHookForm]", super().get_form(request, obj, change, **kwargs))
        form.host_refused = getattr(request, "host_refused", None)  # a class of this request's own
        return form

    def save_model(self, request: HttpRequest, obj: WebHook, form: forms.ModelForm, change: bool) -> None:
        """Of a hook that is there only what was typed: a secret made meanwhile, or a 410, stands."""
        if not change:
            obj.make_secret()
            super().save_model(request, obj, form, change)
            return
        along = {"url": ["url", "host", "not_before"], "is_on": ["is_on", "off_because"]}
        obj.save(update_fields=[name for field in form.changed_data for name in along[field]])

    def _look_up(self, request: HttpRequest) -> Why | None:
        """What is wrong with the host that was typed; None also where the form itself finds fault."""
        if request.method != "POST" or not self.may(request, "add", "change"):
            return None
        try:
            addresses.check(request.POST.get("url", "").strip())
        except AddressRefused as refused:
            return refused.why if refused.why in (Why.UNKNOWN, Why.INTERNAL) else None
        return None

    def response_add(self, request: HttpRequest, obj: WebHook, post_url_continue: str | None = None) -> HttpResponse:
        messages.success(
            request, gettext("Saved. Now show the secret, put it into your system, and send a test from this page.")
        )
        return self._back(obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, set[str], Any]:
        """What was told to it goes with it, though nobody deletes a delivery by hand."""
        to_delete, counts, needed, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, set(needed) - {str(Delivery._meta.verbose_name)}, protected

    def get_urls(self) -> list[URLPattern]:
        ways = [("test", self.test_view), ("secret", self.secret_view), ("rotate", self.rotate_view)]
        own = [
            path(f"<uuid:pk>/{name}/", self.admin_site.admin_view(view), name=f"referrals_webhook_{name}")
            for name, view in ways
        ]
        return [*own, *super().get_urls()]

    def test_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Calls it with a test, which the worker sends."""
        hook = self._of_post(request, pk)
        if not isinstance(hook, WebHook):
            return hook
        if outbox.try_hook(hook) is None:
            messages.warning(
                request, gettext("A test is on its way already. Load this page again to see what came of it.")
            )
        else:
            messages.success(request, gettext("A test goes out now. Load this page again to see what came of it."))
        return self._back(hook)

    def secret_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The secret, on a page of its own, which no browser keeps."""
        hook = self._of_post(request, pk)
        if not isinstance(hook, WebHook):
            return hook
        try:
            secrets = hook.unseal(timezone.now())
        except VaultError:
            messages.error(request, gettext("The secret does not open: its key is not on this server. Make a new one."))
            return self._back(hook)
        self.log_change(request, hook, gettext("Secret shown."))
        page = {**self.admin_site.each_context(request), "opts": self.opts, "original": hook, "secret": secrets[0]}
        page["title"] = gettext("Secret of %(host)s") % {"host": hook}
        return TemplateResponse(request, "admin/referrals/webhook/secret.html", page)

    def rotate_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """A new secret; for a day both sign."""
        hook = self._of_post(request, pk)
        if not isinstance(hook, WebHook):
            return hook
        hook.renew_secret(timezone.now())
        self.log_change(request, hook, gettext("New secret made."))
        messages.success(
            request,
            gettext("There is a new secret. For a day each call is signed with the older one too: change over."),
        )
        return self._back(hook)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None:
            told = Delivery.objects.filter(hook=obj).select_related("referral", "step")
            context["told"] = told.order_by("-created_at", "pk")[:SHOWN]
            context["all_told"] = reverse("admin:referrals_delivery_changelist") + f"?hook__id__exact={obj.pk}"
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _of_post(self, request: HttpRequest, pk: uuid.UUID) -> WebHook | HttpResponse:
        """The hook of a button that was pressed, or what to answer instead."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        hook: WebHook | None = self.get_object(request, str(pk))
        if hook is None:
            messages.error(request, gettext("There is no such web hook."))
            return HttpResponseRedirect(reverse("admin:referrals_webhook_changelist"))
        return hook

    def _back(self, hook: WebHook) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:referrals_webhook_change", args=[hook.pk]))
