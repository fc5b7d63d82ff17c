"""What has to be told, for the operator to see that it went out."""

from django.contrib import admin

from directory.admin.scope import LOOK, ScopedAdmin
from directory.admin.site import site
from referrals.models import Delivery


@admin.register(Delivery, site=site)
class DeliveryAdmin(ScopedAdmin):
    position = 20
    operators_may = LOOK
    fields = ["id", "kind", "referral", "notice", "due_at", "attempts", "sent_at", "dead_at", "last_error"]
    list_display = ["due_at", "kind", "referral", "notice", "attempts", "sent_at", "dead_at", "last_error"]
    list_filter = ["kind", ("sent_at", admin.EmptyFieldListFilter), ("dead_at", admin.EmptyFieldListFilter)]
    list_select_related = ["referral", "notice"]
    date_hierarchy = "due_at"
