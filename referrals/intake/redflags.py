"""The warning signs that stop a request. Asked first, and answered before anything else is looked at."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

SIGNS = (
    _("Numb between the legs, or when wiping"),
    _("Cannot start or feel passing urine, or leaking"),
    _("No control of the bowel"),
    _("Sexual feeling gone"),
    _("Pain, weakness or numbness in both legs"),
    _("Clumsy hands, or unsteady walking"),
    _("Fever together with new weakness"),
)


class Answer(TextChoices):
    """To "is any of these new or worse in the last two weeks?"."""

    YES = "yes", _("Yes, at least one")
    NOT_SURE = "not_sure", _("I am not sure")
    LONG_STANDING = "long_standing", _("Long-standing, and a doctor knows")
    NO = "no", _("No, none of these")


def stops(answer: str) -> bool:
    """Whether this answer means: get help now, and do not wait for a form."""
    return answer in {Answer.YES, Answer.NOT_SURE}
