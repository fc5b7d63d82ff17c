"""The warning signs, the same for a request and for "is it for me?". Asked first, before anything else is looked at."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Answer(TextChoices):
    """To "is any of these new or worse in the last two weeks?"."""

    YES = "yes", _("Yes, at least one")
    NOT_SURE = "not_sure", _("I am not sure")
    LONG_STANDING = "long_standing", _("Long-standing, and a doctor knows")
    NO = "no", _("No, none of these")


class Milder(TextChoices):
    """Signs that are no reason to call 911, but need a doctor before any appointment of weeks ahead."""

    FEVER = "fever", _("Fever together with back pain")
    WORSE_AFTER = "worse_after", _("Pain that gets worse soon after an injection or surgery")
    INJURY = "injury", _("A bad fall, crash or other injury not long ago")
    CANCER = "cancer", _("I have or had cancer, and this pain is new")
    WEIGHT = "weight", _("I lose weight without trying")
    INJECTS = "injects", _("I inject drugs, or did so not long ago")
    UNKNOWN = "unknown", _("I don’t know")
    NONE = "none", _("None of these")


SEEN_TODAY = frozenset({Milder.FEVER, Milder.WORSE_AFTER, Milder.INJURY})
SEEN_SOON = frozenset({Milder.CANCER, Milder.WEIGHT, Milder.INJECTS})


def stops(answer: str) -> bool:
    """Whether this answer means: get help now, and do not wait for a form."""
    return answer in {Answer.YES, Answer.NOT_SURE}
