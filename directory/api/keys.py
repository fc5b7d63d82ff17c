"""Who asks, where they show a key: `Authorization: Bearer psf_...`. Without one they read as anybody does."""

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from directory import keys
from directory.api.problems import Refused
from directory.models import ApiKey, Partner

CHALLENGE = {"WWW-Authenticate": "Bearer"}


class BearerKey(BaseAuthentication):
    """`request.user` is the partner, `request.auth` the key. Raises Refused for what is no key that works."""

    def authenticate(self, request: Request) -> tuple[Partner, ApiKey] | None:
        given = get_authorization_header(request)
        if not given:
            return None
        scheme, _space, text = given.partition(b" ")
        key = keys.find(text.strip().decode("latin-1")) if scheme.lower() == b"bearer" else None
        if key is None:
            raise refused()
        return key.partner, key

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE["WWW-Authenticate"]


def refused() -> Refused:
    """A key that is unknown, has expired or was revoked: which of them is not said."""
    detail = _(
        "This key does not work. Send “Authorization: Bearer”, a space and the whole key as you were given it, or ask "
        "the operator of this site for a new one. Reading needs no key."
    )
    return Refused(401, detail, kind="key-refused", title=_("The key does not work"), headers=CHALLENGE)


def partner_of(request: Request) -> Partner:
    """The partner whose key came along. Raises Refused without one."""
    if isinstance(request.user, Partner):
        return request.user
    detail = _(
        "This address needs a key. Send it as “Authorization: Bearer” and the key. The operator of this site makes one "
        "for you."
    )
    raise Refused(401, detail, kind="key-needed", title=_("A key is needed"), headers=CHALLENGE)
