"""The way through the form, page by page. What was typed travels in the pages themselves, sealed; nothing is kept here.

The server believes none of it: each page reads all of it again, with the rules of its own form.
"""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from directory.models import Offering
from referrals.intake import dates
from referrals.intake.asking import Questionnaire, Theme
from referrals.intake.codes import Asker
from referrals.intake.forms import StepForm
from referrals.intake.questions import APART, GATE, SIGNS, VERSIONS, current
from referrals.models import Content
from referrals.vault import sealed, tokens

LASTS = datetime.timedelta(hours=24)
AGREED_LASTS = datetime.timedelta(hours=1)  # from the review, with its warning signs, to the code
LONGEST_TYPED = 4_000  # characters of one box; what is longer is cut, and refused as too long all the same

type Typed = dict[str, dict[str, list[str]]]  # by theme, by box: all values


@dataclass(slots=True)
class Course:
    """What somebody has typed so far for one procedure at one practice.

    `form` tells this form from every other: sent twice, it is one request. `agreed_at` is set while the code is typed.
    """

    practice_id: int
    procedure: str
    form: str
    begun_at: str
    version: str
    typed: Typed = field(default_factory=dict)
    to_print: bool = False  # the clinic takes no requests here, or the patient cannot be asked: nothing will be sent
    agreed_at: str = ""
    clinic_id: int = 0  # the clinic that the review has named
    draft: str = ""  # the token of its draft, where the patient asked us to keep one
    youngest: int = dates.ADULT_YEARS
    refused_email: str = ""  # an address at which the patient does not want to be asked by a doctor's office

    @property
    def questionnaire(self) -> Questionnaire:
        return VERSIONS[self.version]

    @property
    def themes(self) -> tuple[Theme, ...]:
        return (GATE, SIGNS, *self.questionnaire.themes)

    @property
    def form_hash(self) -> str:
        return tokens.keyed_hash("referral-form", self.form, str(self.practice_id), self.procedure)

    @property
    def lacks_address(self) -> bool:
        """A doctor's office asks, and no address is there at which to ask the patient: a page to print is left."""
        if self.typed.get("asker", {}).get("asker") != [Asker.OFFICE]:
            return False
        email = self.walk().answers.get("email")
        return email is not None and email.casefold() in ("", self.refused_email.casefold())

    def theme(self, name: str) -> Theme | None:
        return next((theme for theme in self.themes if theme.name == name), None)

    def before(self, theme: Theme) -> Theme | None:
        at = self.themes.index(theme)
        return self.themes[at - 1] if at else None

    def type(self, theme: Theme, sent: Mapping[str, list[str]]) -> None:
        """Takes down what came from the page of this theme, right or wrong."""
        boxes = StepForm(theme, earlier={}, today=timezone.localdate(), youngest=self.youngest).fields
        self.typed[theme.name] = {
            name: [value[:LONGEST_TYPED] for value in sent[name]] for name in boxes if name in sent
        }

    def walk(self) -> "Walked":
        """All answers up to the first page that is not answered (rightly)."""
        answers: dict[str, Any] = {}
        for theme in self.themes:
            typed = self.typed.get(theme.name)
            form = StepForm(theme, typed or {}, earlier=answers, today=timezone.localdate(), youngest=self.youngest)
            if typed is None or not form.is_valid():
                return Walked(answers, theme, form if typed is not None else self._empty(theme, answers))
            answers |= form.given
        return Walked(answers)

    def wrong(self) -> list[StepForm]:
        """Every page that is not answered rightly, each with what is wrong with it."""
        answers: dict[str, Any] = {}
        forms = []
        for theme in self.themes:
            typed = self.typed.get(theme.name, {})
            form = StepForm(theme, typed, earlier=answers, today=timezone.localdate(), youngest=self.youngest)
            if not form.is_valid():
                forms.append(form)
            answers |= form.given
        return forms

    def show(self, theme: Theme) -> StepForm:
        """The page of this theme with what was typed there, and no complaint."""
        return self._empty(theme, self.walk().answers).show(self.typed.get(theme.name, {}))

    def _empty(self, theme: Theme, earlier: Mapping[str, Any]) -> StepForm:
        return StepForm(theme, earlier=earlier, today=timezone.localdate(), youngest=self.youngest)

    def content(self, answers: Mapping[str, Any]) -> Content:
        """What is to be stored, once all pages are answered."""
        kept = {name: answer for name, answer in answers.items() if name not in APART}
        return Content(
            name=answers["name"],
            email=answers["email"],
            phone=answers["phone"],
            date_of_birth=datetime.date.fromisoformat(answers["birth"]),
            answers={"questions": self.version, **kept},
        )

    def as_data(self) -> dict[str, Any]:
        return {
            "form": self.form,
            "begun_at": self.begun_at,
            "version": self.version,
            "typed": self.typed,
            "to_print": self.to_print,
            "agreed_at": self.agreed_at,
            "clinic_id": self.clinic_id,
            "draft": self.draft,
            "refused_email": self.refused_email,
        }

    def seal(self) -> str:
        """For the hidden field: opens here only, for this practice and procedure, within `LASTS` of the first page."""
        text = json.dumps(self.as_data(), ensure_ascii=False, separators=(",", ":"))
        begun = datetime.datetime.fromisoformat(self.begun_at)
        return sealed.as_text(sealed.seal(text, _place(self.practice_id, self.procedure), begun))

    def has_agreed(self, now: datetime.datetime) -> bool:
        """Whether warning signs and consents were answered on the review, and not too long ago."""
        return bool(self.agreed_at) and now - datetime.datetime.fromisoformat(self.agreed_at) <= AGREED_LASTS


@dataclass(frozen=True, slots=True)
class Walked:
    """`stopped_at` is the first page that is not answered, with its form; None: all are."""

    answers: dict[str, Any]
    stopped_at: Theme | None = None
    form: StepForm | None = None


def begin(practice_id: int, procedure: str, *, to_print: bool = False) -> Course:
    return Course(
        practice_id, procedure, tokens.new(), timezone.now().isoformat(), current(procedure).version, to_print=to_print
    )


def restore(practice_id: int, procedure: str, data: dict[str, Any]) -> Course:
    """What `as_data` gave."""
    return Course(practice_id, procedure, **data)


def unseal(text: str, practice_id: int, procedure: str) -> Course:
    """The hidden field again. Raises SealedTooOld, VaultError."""
    place = _place(practice_id, procedure)
    return restore(
        practice_id,
        procedure,
        json.loads(sealed.unseal(sealed.from_text(text), place, timezone.now(), lasts=LASTS)),
    )


def youngest(offering: Offering) -> int:
    """From which age this office takes requests for it, in years."""
    return dates.ADULT_YEARS if offering.age_from is None else offering.age_from


def _place(practice_id: int, procedure: str) -> str:
    return f"form|{practice_id}|{procedure}"
