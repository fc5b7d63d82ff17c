"""Signs that the nerves at the lower end of the spine may be in danger: 911, before any page or form.

The list is that of the check, the request form, and the page to print. docs/check.md names its sources.
"""

from django.utils.translation import gettext_lazy as _

QUESTION = _("Is any of these new or worse in the last two weeks?")

SIGNS = (
    _("Numb between the legs, or when wiping"),
    _("Cannot start or feel passing urine, or leaking"),
    _("No control of the bowel"),
    _("Numb or less feeling in the sexual organs"),
    _("Pain, weakness or numbness in both legs"),
    _("Clumsy hands, or unsteady walking"),
    _("Fever together with new weakness"),
)

# What to say at the emergency department; also shown in English, to be read out there.
SAY = _(
    "“I have back pain. This is new: I am numb between the legs, or I cannot pass urine. Please check me for cauda "
    "equina syndrome.”"
)
