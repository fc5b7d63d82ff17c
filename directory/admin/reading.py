"""Rows that have a page to read with buttons to decide, and no form to edit."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise

from directory.admin.scope import ScopedAdmin


class ReadAdmin(ScopedAdmin):
    """`page_of` answers with the page of a row; buttons have addresses of their own and look up the row by `own`."""

    no_such: ClassVar[str | Promise]

    def page_of(self, request: HttpRequest, row: Any) -> HttpResponse:
        """Each kind of row has its own; there is nothing to show without one."""
        raise NotImplementedError

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if object_id is None or request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        row = self.own(request, object_id)
        return self.nowhere(request) if row is None else self.page_of(request, row)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """What happened stands on the page itself; the admin's own log knows nothing of it."""
        raise PermissionDenied

    def own(self, request: HttpRequest, object_id: str) -> Any:
        """The row, if it exists for this person; None otherwise."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.get_object(request, object_id)

    def nowhere(self, request: HttpRequest) -> HttpResponse:
        """The same for a row that never was and for one that is another clinic's."""
        messages.error(request, str(self.no_such))
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))
