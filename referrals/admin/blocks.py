"""Blocked mailboxes: how many, until when. The operator lifts one by its address, which is kept nowhere."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from directory.admin.scope import LOOK, ScopedAdmin, person
from directory.admin.site import site
from referrals.models import BlockedMailbox


@admin.register(BlockedMailbox, site=site)
class BlockedMailboxAdmin(ScopedAdmin):
    position = 32
    operators_may = LOOK
    list_display = ["since", "until"]
    fields = ["since", "until"]
    change_list_template = "admin/referrals/blockedmailbox/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        lift = self.admin_site.admin_view(sensitive_post_parameters()(self.lift_view))
        return [path("lift/", lift, name="referrals_blockedmailbox_lift"), *super().get_urls()]

    def lift_view(self, request: HttpRequest) -> HttpResponse:
        """By the address, sent in the body: it stands in no address of a page and no log."""
        if not person(request).is_superuser:
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        rows: Any = BlockedMailbox.objects.of(request.POST.get("email", ""))
        self.log_deletions(request, rows)
        lifted, _by_model = rows.delete()
        if lifted:
            messages.success(request, str(_("The block is lifted: codes are mailed to this address again.")))
        else:
            messages.error(request, str(_("Nothing was changed: this address is not blocked. Compare its spelling.")))
        return HttpResponseRedirect(reverse("admin:referrals_blockedmailbox_changelist"))
