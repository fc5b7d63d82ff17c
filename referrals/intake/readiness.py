"""What the clinic asks for before it sees somebody, and what of it the answers show: "3 of 5 ready".

Kept with the answers as it was shown to the patient: the clinic reads the same list, whatever it asks for later.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from directory.models import Offering
from referrals.intake import dates
from referrals.intake.codes import YES
from referrals.models import Content

MRI, INJECTIONS, PRESCRIBER, REFERRAL, PLAN, AGE = "mri", "injections", "prescriber", "referral", "plan", "age"

TITLES: Mapping[str, str | Promise] = {
    MRI: gettext_lazy("An MRI that is new enough"),
    INJECTIONS: gettext_lazy("Steroid injections before"),
    PRESCRIBER: gettext_lazy("A word from the doctor who prescribes your blood thinner"),
    REFERRAL: gettext_lazy("A referral from your own doctor"),
    PLAN: gettext_lazy("An insurer that they take"),
    AGE: gettext_lazy("The age that they see"),
}
# As the clinic reads them.
CLINICS_TITLES: Mapping[str, str | Promise] = {
    MRI: gettext_lazy("MRI that is new enough"),
    INJECTIONS: gettext_lazy("Steroid injections before"),
    PRESCRIBER: gettext_lazy("Prescriber’s word on the blood thinner"),
    REFERRAL: gettext_lazy("A doctor’s referral"),
    PLAN: gettext_lazy("A plan that you take"),
    AGE: gettext_lazy("An age that you see"),
}
TO_DO: Mapping[str, str | Promise] = {
    MRI: gettext_lazy(
        "Ask your own doctor whether you need a new one. If you had one, look for its date on the report."
    ),
    INJECTIONS: gettext_lazy("Ask your own doctor whether steroid injections come first for you."),
    PRESCRIBER: gettext_lazy("Ask that doctor’s office for a short note. Keep taking your blood thinner."),
    REFERRAL: gettext_lazy("Ask your own doctor for one. You can print a letter that asks for it."),
    PLAN: gettext_lazy("Ask the clinic, or your insurer, whether it takes your plan. That does not say who pays."),
    AGE: gettext_lazy("Call the clinic and ask who sees people of this age."),
}


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that the clinic asks for. `months`: how old an MRI may be."""

    code: str
    is_ready: bool
    months: int = 0

    @property
    def title(self) -> str:
        if self.code == MRI and self.months:
            title = ngettext(
                "An MRI not older than %(months)d month", "An MRI not older than %(months)d months", self.months
            )
            return title % {"months": self.months}
        return str(TITLES[self.code])

    @property
    def clinics_title(self) -> str:
        if self.code == MRI and self.months:
            title = ngettext("MRI not older than %(months)d month", "MRI not older than %(months)d months", self.months)
            return title % {"months": self.months}
        return str(CLINICS_TITLES[self.code])

    @property
    def to_do(self) -> str:
        return str(TO_DO[self.code])


@dataclass(frozen=True, slots=True)
class Readiness:
    needs: Sequence[Need]

    @property
    def missing(self) -> list[Need]:
        return [need for need in self.needs if not need.is_ready]

    @property
    def ready(self) -> list[Need]:
        return [need for need in self.needs if need.is_ready]

    @property
    def missing_first(self) -> list[Need]:
        return [*self.missing, *self.ready]

    @property
    def ticks(self) -> list[bool]:
        return [True] * len(self.ready) + [False] * len(self.missing)

    def as_data(self) -> list[dict[str, Any]]:
        return [{"need": need.code, "ready": need.is_ready, "months": need.months} for need in self.needs]


def asked(offering: Offering) -> list[Need]:
    """What this offering asks for, nothing of it shown yet."""
    wanted = {
        MRI: offering.needs_mri_months is not None,
        INJECTIONS: offering.needs_injections,
        PRESCRIBER: offering.needs_prescriber_word,
        REFERRAL: offering.needs_doctor_referral,
        PLAN: offering.needs_plan,
        AGE: offering.age_from is not None or offering.age_to is not None,
    }
    return [
        Need(code, False, (offering.needs_mri_months or 0) if code == MRI else 0) for code, is_ in wanted.items() if is_
    ]


def of(offering: Offering, answers: Mapping[str, Any], today: datetime.date) -> Readiness:
    """What this offering asks for, looked up in the answers. One query where it asks for an insurer."""
    return Readiness([replace(need, is_ready=_is_ready(need, offering, answers, today)) for need in asked(offering)])


def of_request(offering: Offering, content: Content, today: datetime.date) -> Readiness:
    """The same for a request that is kept: what this offering would find missing in it."""
    return of(offering, {**content.answers, "birth": content.date_of_birth.isoformat()}, today)


def may_send(offering: Offering, answers: Mapping[str, Any], today: datetime.date) -> bool:
    """Whether all is there, or the clinic takes requests all the same."""
    return offering.takes_incomplete or not of(offering, answers, today).missing


def _is_ready(need: Need, offering: Offering, answers: Mapping[str, Any], today: datetime.date) -> bool:
    match need.code:
        case "mri":
            return answers.get("mri") == YES and _is_newer(answers.get("mri_on", ""), need.months, today)
        case "injections":
            return answers.get("injections") == YES
        case "prescriber":
            return answers.get("thinner") == "no" or answers.get("thinner_word") == YES
        case "referral":
            return answers.get("own_referral") == YES
        case "plan":
            return answers.get("insurer") in set(offering.practice.insurers.values_list("kind", flat=True))
    age = dates.age(datetime.date.fromisoformat(answers["birth"]), today)
    youngest = dates.ADULT_YEARS if offering.age_from is None else offering.age_from
    return youngest <= age and (offering.age_to is None or age <= offering.age_to)


def kept(answers: Mapping[str, Any]) -> Readiness:
    """What was kept with the answers of a request; nothing for one of the first form."""
    return Readiness([Need(one["need"], one["ready"], one["months"]) for one in answers.get("readiness", [])])


def _is_newer(known: str, months: int, today: datetime.date) -> bool:
    """Whether "2024-03" or "2024" lies within so many months; of a year alone its first month counts."""
    year, _separator, month = known.partition("-")
    if not year.isdigit():
        return False
    return (today.year - int(year)) * 12 + today.month - int(month or 1) <= months
