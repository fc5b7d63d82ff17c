"""How many forms the same sender may send in a day. No address is kept: a keyed hash of it, until the day is over."""

import datetime
import math

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from directory.models import FormCount


class TooManyToday(Exception):
    """This sender has sent as many of these forms as anybody may in a day."""


def count(form: str, address: str, *, most: int | None = None) -> None:
    """Counts one sent form of this name from this address. Raises TooManyToday beyond `most` (`FORMS_PER_DAY`).

    Of an address the network of one subscriber is meant: see `directory.api.throttles.subscriber`.
    """
    today = timezone.localdate()
    who = salted_hmac("directory.limits", f"{form}|{today}|{address}", algorithm="sha256").hexdigest()
    with transaction.atomic():
        FormCount.objects.get_or_create(who=who, defaults={"day": today})
        below = FormCount.objects.filter(who=who, sent__lt=most or settings.FORMS_PER_DAY)
        if not below.update(sent=F("sent") + 1):
            raise TooManyToday


def seconds_left() -> int:
    """Until the day is over, and the same sender may send again."""
    now = timezone.localtime()
    midnight = datetime.datetime.combine(now.date() + datetime.timedelta(days=1), datetime.time(), now.tzinfo)
    return max(1, math.ceil((midnight - now).total_seconds()))


def forget(now: datetime.datetime) -> int:
    """Deletes what was counted on other days -> how many rows."""
    deleted, _by_model = FormCount.objects.exclude(day=timezone.localdate(now)).delete()
    return deleted
