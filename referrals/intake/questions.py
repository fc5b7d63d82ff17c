"""The questions of the first form as data, and a patient's answers as the clinic reads them.

The answers of one request are a JSON object: `questions` (the version), then by question a code, a list of codes, a
text, or a date as far as it is known ("2024-03", "2024", "unknown"; "" where it was not asked).
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from referrals.intake import redflags

VERSION = "1"
CONSENT_VERSION = "1"  # of the words in templates/referrals/parts/consent.html
UNKNOWN = "unknown"


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
    SPINE_SURGERY = "spine_surgery", _("Spine surgery")
    STEROID_INJECTIONS = "steroid_injections", _("Steroid injections in the back or neck")
    MEDICINES = "medicines", _("Medicines for pain")
    PHYSICAL_THERAPY = "physical_therapy", _("Physical therapy")
    NONE = "none", _("None of these")
    UNKNOWN = UNKNOWN, _("I don’t know")


class MRI(TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    CANNOT = "cannot", _("I cannot have one")
    UNKNOWN = UNKNOWN, _("I don’t know")


@dataclass(frozen=True, slots=True)
class Line:
    """One question with its answer, both ready to be shown."""

    label: str | Promise
    value: str


@dataclass(frozen=True, slots=True)
class Section:
    title: str | Promise
    lines: Sequence[Line]
    warning: bool = False


def as_read(answers: Mapping[str, Any]) -> list[Section]:
    """The answers in the order in which a clinic reads them: a long-standing warning sign stands first."""
    sections = [
        Section(
            _("Pain"),
            [
                Line(_("Where it hurts"), _chosen(PainWhere, answers["pain_where"])),
                Line(_("Goes into leg or arm"), _chosen(PainGoes, [answers["pain_goes"]])),
                Line(_("Since"), when(answers["pain_since"])),
                Line(_("What it prevents"), answers["stops"] or gettext("Not said")),
            ],
        ),
        Section(
            _("What was tried"),
            [
                Line(_("Tried"), _chosen(Tried, answers["tried"])),
                Line(_("More about it"), answers["tried_text"] or gettext("Not said")),
            ],
        ),
        Section(
            _("MRI"),
            [
                Line(_("Had an MRI"), _chosen(MRI, [answers["mri"]])),
                *([Line(_("When"), when(answers["mri_on"]))] if answers["mri_on"] else []),
            ],
        ),
    ]
    if answers["warning"] == redflags.Answer.LONG_STANDING:
        first = Line(_("Long-standing, and a doctor knows"), answers["warning_text"])
        return [Section(_("Warning signs"), [first], warning=True), *sections]
    none = Line(_("New or worse in the last two weeks"), pgettext("warning signs", "None"))
    return [*sections, Section(_("Warning signs"), [none])]


def when(known: str) -> str:
    """ "2024-03" -> March 2024, "2024" -> 2024, "unknown" -> in words."""
    if known == UNKNOWN:
        return gettext("The patient does not know")
    year, _separator, month = known.partition("-")
    return date_format(datetime.date(int(year), int(month), 1), "YEAR_MONTH_FORMAT") if month else year


def _chosen(choices: type[TextChoices], codes: Sequence[str]) -> str:
    return ", ".join(str(choices(code).label) for code in codes)
