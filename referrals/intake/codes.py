"""Codes that several questions share, here and in "is it for me?", so that answers can be taken along."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

UNKNOWN = "unknown"
NONE = "none"
YES = "yes"


class PainWhere(TextChoices):
    NECK = "neck", _("Neck")
    MID_BACK = "mid_back", _("Mid-back")
    LOW_BACK = "low_back", _("Low back")
    UNKNOWN = UNKNOWN, _("I don’t know, or it moves")


class PainGoes(TextChoices):
    LEG = "leg", _("Into a leg or foot")
    ARM = "arm", _("Into an arm or hand")
    BOTH = "both", _("Into both")
    NO = "no", _("No, it stays there")
    UNKNOWN = UNKNOWN, _("I don’t know")


class Tried(TextChoices):
    """Of the first version alone, which asked for all of it at once."""

    SPINE_SURGERY = "spine_surgery", _("Spine surgery")
    STEROID_INJECTIONS = "steroid_injections", _("Steroid injections in the back or neck")
    MEDICINES = "medicines", _("Medicines for pain")
    PHYSICAL_THERAPY = "physical_therapy", _("Physical therapy")
    NONE = NONE, _("None of these")
    UNKNOWN = UNKNOWN, _("I don’t know")


class MRI(TextChoices):
    YES = YES, _("Yes")
    NO = "no", _("No")
    CANNOT = "cannot", _("I cannot have one")
    UNKNOWN = UNKNOWN, _("I don’t know")


class YesNo(TextChoices):
    YES = YES, _("Yes")
    NO = "no", _("No")
    UNKNOWN = UNKNOWN, _("I don’t know")


class Asker(TextChoices):
    PATIENT = "patient", _("I am the patient")
    RELATIVE = "relative", _("I am a relative or friend, and the patient agrees")
    OFFICE = "office", _("A doctor’s office, for a patient")
