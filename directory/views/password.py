"""A link with which to set the password: Django's own pages, save that the worker sends the mail."""

from typing import Any

from django.contrib.auth import views
from django.contrib.auth.forms import PasswordResetForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import ContextMixin

from directory import notices
from directory.admin.site import site
from directory.limits import TooManyToday
from directory.models import Notice, User
from directory.views.sending import count


class LinkForm(PasswordResetForm):
    """Whoever may log in gets the link, also who has never set a password. The page does not tell who that is."""

    def get_users(self, email: str) -> Any:
        return User.objects.filter(email=email.strip().lower(), is_active=True, is_staff=True)

    def save(self, **options: Any) -> None:  # type: ignore[override]  # of Django's options, none matter to the worker
        for user in self.get_users(self.cleaned_data["email"]):
            notices.tell_person(Notice.Kind.PASSWORD, user, language=get_language() or "")


class InTheAdmin(ContextMixin):
    """In the look of the admin."""

    request: HttpRequest

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return {**site.each_context(self.request), **super().get_context_data(**context)}


class Ask(InTheAdmin, views.PasswordResetView):
    form_class = LinkForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            count("password", request)
        except TooManyToday:
            form = self.get_form()
            form.add_error("email", _("Too many links were asked for from your network today. Try again tomorrow."))
            return self.render_to_response(self.get_context_data(form=form), status=429)
        return super().post(request, *args, **kwargs)


class Asked(InTheAdmin, views.PasswordResetDoneView):
    pass


class Set(InTheAdmin, views.PasswordResetConfirmView):
    pass


class IsSet(InTheAdmin, views.PasswordResetCompleteView):
    pass
