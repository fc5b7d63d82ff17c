"""Keys of partners: `psf_` + eight characters that find the row, `_`, then 256 secret bits.

Of a key the database has a keyed hash (HMAC with FIELD_HASH_KEY), compared in constant time. A small model of our own
rather than djangorestframework-api-key: partner, expiry and rate belong to the key here, and a password hash for each
question would cost more than the search that it asks for.
"""

import datetime
import hashlib
import hmac
import re
import secrets

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from directory.models import ApiKey, Partner

_SHAPE = re.compile(r"(psf_[a-z0-9]{8})_[A-Za-z0-9_-]{43}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
USED_TO_THE = datetime.timedelta(hours=1)


def make(partner: Partner, *, expires_at: datetime.datetime | None = None) -> tuple[ApiKey, str]:
    """A new key of this partner -> (its row, the key itself: it is shown once and kept nowhere)."""
    row = ApiKey(partner=partner, expires_at=expires_at)
    text = fill(row)
    row.save(force_insert=True)
    return row, text


def fill(row: ApiKey) -> str:
    """Gives a row that is not saved yet its prefix and hash -> the key itself."""
    row.prefix = "psf_" + "".join(secrets.choice(_LETTERS) for _ in range(8))
    text = f"{row.prefix}_{secrets.token_urlsafe(32)}"
    row.key_hash = _hash(text)
    return text


def find(text: str) -> ApiKey | None:
    """The row of this key with its partner, if the key works now. Why another one does not is not told."""
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        return None
    now = timezone.now()
    row = ApiKey.objects.valid(now).select_related("partner").filter(prefix=shape[1]).first()
    # Also where there is no such row, so that nothing is learnt from the time it takes
    if not hmac.compare_digest(row.key_hash if row else _hash(""), _hash(text)) or row is None:
        return None
    since = now - USED_TO_THE
    if row.last_used_at is None or row.last_used_at <= since:
        used = ApiKey.objects.filter(pk=row.pk).filter(Q(last_used_at=None) | Q(last_used_at__lte=since))
        used.update(last_used_at=now)
    return row


def _hash(text: str) -> str:
    return hmac.new(settings.FIELD_HASH_KEY, f"api-key\0{text}".encode(), hashlib.sha256).hexdigest()
