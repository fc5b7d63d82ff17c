"""The admin: its log-in, its index, and which addresses it has."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.admin.models import LogEntry
from django.contrib.auth.forms import UsernameField
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import QuerySet
from django.forms import EmailInput
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from directory.admin.scope import ScopedAdmin, person, visible_log
from directory.demo.logins import is_demo_login
from directory.loopback import from_this_machine
from directory.models import User


class LoginForm(AdminAuthenticationForm):
    """Log-in by e-mail address. Everybody knows the demonstration's passwords: they open nothing from elsewhere."""

    username = UsernameField(
        label=_("E-mail address"), widget=EmailInput(attrs={"autofocus": True, "autocomplete": "username"})
    )

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if isinstance(user, User) and is_demo_login(user) and not (self.request and from_this_machine(self.request)):
            raise ValidationError(
                _(
                    "This is a log-in of the demonstration. It works only on the machine that runs the site, "
                    "at 127.0.0.1 or localhost."
                ),
                code="demo_login",
            )


class DirectorySite(admin.AdminSite):
    site_header = site_title = lazystr(settings.SITE_NAME)
    index_title = _("What is here")
    login_form = LoginForm
    empty_value_display = "-"

    def get_urls(self) -> list[Any]:
        """Django's own, without the redirect to any row of any model by its number."""
        return [route for route in super().get_urls() if getattr(route, "name", None) != "view_on_site"]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        def readable(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if "\0" in request.path_info or any("\0" in value for values in request.GET.lists() for value in values[1]):
                raise BadRequest("A NUL byte is no text.")  # PostgreSQL would refuse the question
            return view(request, *args, **kwargs)

        readable.csrf_exempt = getattr(view, "csrf_exempt", False)  # type: ignore[attr-defined]  # as Django's decorator
        return super().admin_view(readable, cacheable)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Referrals first: people wait for an answer. Within an app, the order that its classes name."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda entry: (self._position(entry["model"]), str(entry["name"])))
        return sorted(apps, key=lambda app: (app["app_label"] != "referrals", str(app["name"])))

    def _position(self, model: Any) -> int:
        model_admin = self._registry[model]
        return model_admin.position if isinstance(model_admin, ScopedAdmin) else 100

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        classes = [each for each in self._registry.values() if isinstance(each, ScopedAdmin)]
        news = [
            sentence for each in classes if each.has_module_permission(request) and (sentence := each.news(request))
        ]
        return super().index(request, {"news": news, **(extra_context or {})})

    def get_log_entries(self, request: HttpRequest) -> QuerySet[LogEntry]:
        return visible_log(person(request))


site = DirectorySite(name="admin")
