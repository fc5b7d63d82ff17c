"""What has to be told: that it went out, or was given up, and can be sent again."""

import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext

from directory.admin.scope import LOOK, ScopedAdmin, person
from directory.admin.site import site
from directory.models import Clinic
from referrals.deliveries import outbox
from referrals.models import Delivery, Referral

FIELDS = ["id", "kind", "referral", "hook", "notice", "created_at", "due_at", "attempts", "sent_at", "dead_at"]
MOST_NAMED = 20  # requests on the start page


@admin.register(Delivery, site=site)
class DeliveryAdmin(ScopedAdmin):
    position = 20
    staff_may = operators_may = LOOK
    seen_by_operators = ["notice"]
    fields = [*FIELDS, "last_error"]
    list_display = ["due_at", "kind", "referral", "hook", "attempts", "sent_at", "dead_at", "last_error"]
    list_filter = ["kind", ("sent_at", admin.EmptyFieldListFilter), ("dead_at", admin.EmptyFieldListFilter), "hook"]
    list_select_related = ["referral", "hook"]
    date_hierarchy = "due_at"
    change_form_template = "admin/referrals/delivery/change_form.html"

    def news(self, request: HttpRequest) -> str:
        sentences = [self._given_up(request), self._stranded(request)]
        return format_html_join(". ", "{}", ((sentence,) for sentence in sentences if sentence))

    def _given_up(self, request: HttpRequest) -> str:
        number = Delivery.objects.scope(person(request)).dead().count()
        if not number:
            return ""
        where = reverse("admin:referrals_delivery_changelist") + "?dead_at__isempty=0"
        sentence = ngettext(
            "%(number)d delivery was given up: look why, then send it again",
            "%(number)d deliveries were given up: look why, then send them again",
            number,
        )
        return format_html('<a href="{}">{}</a>', where, sentence % {"number": number})

    def _stranded(self, request: HttpRequest) -> str:
        """For the operator: requests at clinics to which no mail goes any more."""
        if not person(request).is_superuser:
            return ""
        waiting = (
            Referral.objects.with_clinic().filter(clinic__in=Clinic.objects.bounced()).order_by("submitted_at", "pk")
        )
        named = format_html_join(
            ", ",
            '<a href="{}">{}</a>',
            (
                (reverse("admin:referrals_referral_change", args=[referral.pk]), referral.reference)
                for referral in waiting.select_related("clinic")[:MOST_NAMED]
            ),
        )
        return format_html("{} {}", gettext("Open requests at clinics whose address is dead:"), named) if named else ""

    def get_urls(self) -> list[URLPattern]:
        again = path("<uuid:pk>/again/", self.admin_site.admin_view(self.again_view), name="referrals_delivery_again")
        return [again, *super().get_urls()]

    def again_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Sends one that was given up again. A clinic's staff may, for what is of its requests and its web hooks."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        delivery: Delivery | None = self.get_object(request, str(pk))
        if delivery is None:
            messages.error(request, gettext("There is no such delivery."))
            return HttpResponseRedirect(reverse("admin:referrals_delivery_changelist"))
        try:
            outbox.send_again(delivery)
        except outbox.NotGivenUp:
            messages.error(
                request, gettext("Nothing was changed: it is not given up any more. See below how it stands.")
            )
        except outbox.OutOfDate:
            messages.error(
                request,
                gettext("Nothing was changed: the request has moved on since, and the reminder is not true now."),
            )
        else:
            self.log_change(request, delivery, gettext("Sent again."))
            messages.success(request, gettext("It goes out again within a minute, under its old number."))
        return HttpResponseRedirect(reverse("admin:referrals_delivery_change", args=[delivery.pk]))

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        context["is_dead"] = obj is not None and obj.dead_at is not None
        return super().render_change_form(request, context, add, change, form_url, obj)
