"""What the addresses for partners have in common: a key, the reader's language, no cache, no other site's scripts."""

from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework.request import Request

from directory.api.problems import Refused
from directory.api.views import Reading

_KNOWN = frozenset(code for code, _name in settings.LANGUAGES)


class PartnersOnly(Reading):
    """A key is secret, so that no page of another site may ask here: there are no CORS headers."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = wanted(request.headers.get("Accept-Language", ""))
        with override(language):
            response: Any = super().dispatch(request, *args, **kwargs)
            response.render()  # what is translated late is translated here
        response["Content-Language"] = language
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        for name in [name for name in final.headers if name.startswith("Access-Control-")]:
            del final[name]
        final["Cache-Control"] = "no-store"
        final["Vary"] = "Accept-Language, Authorization"
        return final

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        allowed = ", ".join(self.allowed_methods)
        detail = _("This address does not take %(method)s. Use %(allowed)s.")
        words = {"method": request.method, "allowed": allowed}
        raise Refused(405, detail % words, kind="", title="", headers={"Allow": allowed})


def wanted(accepted: str) -> str:
    """The first of our languages that the reader takes: "es-MX,es;q=0.9,en;q=0.8" -> es. English where none is."""
    for tag, _weight in parse_accept_lang_header(accepted.lower()):
        if tag.partition("-")[0] in _KNOWN:
            return tag.partition("-")[0]
    return settings.LANGUAGE_CODE
