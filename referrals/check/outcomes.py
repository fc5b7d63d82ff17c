"""Which answers lead where. A table of rules, read from the top; the first that holds decides.

docs/check.md says the same in words, with the sources. No clinician has reviewed it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from referrals.check.questions import Answers
from referrals.intake.codes import NONE, UNKNOWN
from referrals.intake.redflags import SEEN_SOON, SEEN_TODAY, Answer

# Not a question: which of the two early ends was read and left by its button "go on".
WENT_ON = "went_on"

type Codes = Mapping[str, frozenset[str]]


class End(StrEnum):
    NOW = "now"
    TODAY = "today"
    SOON = "soon"
    FIRST = "first"
    CAUSE = "cause"
    ASK = "ask"


EARLY = (End.NOW, End.TODAY, End.SOON)  # reached before all is asked; the last two may be left by "go on"


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds if each question of `any_of` was answered with one of these codes, and none of `none_of` was."""

    any_of: Codes = field(default_factory=dict)
    none_of: Codes = field(default_factory=dict)

    def holds(self, answers: Answers) -> bool:
        wanted = all(codes.intersection(answers.get(name, ())) for name, codes in self.any_of.items())
        return wanted and not any(codes.intersection(answers.get(name, ())) for name, codes in self.none_of.items())


@dataclass(frozen=True, slots=True)
class Rule:
    """`title` and `text` say what to do, in rules that end in FIRST. `waits`: nothing else matters yet."""

    name: str
    end: End
    when: Condition
    title: str | Promise = ""
    text: str | Promise = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """What must be said at any of the last three ends, whichever it is."""

    name: str
    when: Condition
    text: str | Promise


@dataclass(frozen=True, slots=True)
class Verdict:
    """The end, the rules that led there, the questions that they looked at, and the notes."""

    end: End
    rules: tuple[Rule, ...]
    looked_at: tuple[str, ...]
    notes: tuple[Note, ...]


def _codes(*codes: str) -> frozenset[str]:
    return frozenset(codes)


RULES = (
    Rule("warning", End.NOW, Condition({"warning": _codes(Answer.YES, Answer.NOT_SURE)})),
    Rule("today", End.TODAY, Condition({"milder": SEEN_TODAY}, {WENT_ON: _codes(End.TODAY)})),
    Rule("soon", End.SOON, Condition({"milder": SEEN_SOON | {UNKNOWN}}, {WENT_ON: _codes(End.SOON)})),
    Rule(
        "elsewhere",
        End.CAUSE,
        Condition(
            {"where": _codes("elsewhere")}, {"where": _codes("low_back", "mid_back", "neck", "leg", "arm", UNKNOWN)}
        ),
    ),
    Rule(
        "new_pain",
        End.FIRST,
        Condition({"since": _codes("weeks", "months")}),
        _("See your own doctor about this pain"),
        _(
            "Back and neck pain of less than three months often gets better without a procedure. Your doctor finds out"
            " whether yours needs more. Had surgery or an injection lately? Call the doctor who did it."
        ),
        waits=True,
    ),
    Rule("no_reason", End.CAUSE, Condition({"spine": _codes(NONE)})),
    Rule(
        "spine_unknown",
        End.FIRST,
        Condition({"spine": _codes(UNKNOWN)}),
        _("Find out what your records say"),
        _(
            "Ask your doctor’s office: Have I had surgery on my spine? Did an MRI show a narrow canal or scar tissue?"
            " You have a right to copies of your records."
        ),
    ),
    Rule(
        "no_mri",
        End.FIRST,
        Condition({"mri": _codes("no")}),
        _("Ask your own doctor about an MRI"),
        _("A physician looks at an MRI before adhesiolysis. Your doctor decides whether you need one, and orders it."),
    ),
    Rule(
        "old_mri",
        End.FIRST,
        Condition({"mri": _codes("older")}),
        _("Ask whether you need a new MRI"),
        _(
            "Yours is more than two years old. Many clinics want a newer one. Get the report and the pictures of the"
            " old one as well."
        ),
    ),
    Rule(
        "mri_unknown",
        End.FIRST,
        Condition({"mri": _codes(UNKNOWN)}),
        _("Find out whether you have had an MRI"),
        _("Your doctor’s office can see it. Ask for the report and for the pictures on a disc."),
    ),
    Rule(
        "no_injections",
        End.FIRST,
        Condition({"injections": _codes("no")}),
        _("Ask your doctor whether steroid injections come first"),
        _(
            "They usually do, and many insurers ask for them first. They have risks of their own; the guide names the"
            " FDA’s warning."
        ),
    ),
    Rule(
        "injections_help",
        End.FIRST,
        Condition({"injections": _codes("helping")}),
        _("Talk to the doctor who gives you the injections"),
        _("They help you now. Ask what comes next if that changes, and how many you may have in a year."),
    ),
    Rule(
        "injections_unknown",
        End.FIRST,
        Condition({"injections": _codes(UNKNOWN)}),
        _("Find out which injections you have had"),
        _("Ask your doctor’s office what was injected, where and when. A specialist will ask for it."),
    ),
    Rule("rest", End.ASK, Condition()),
)

NOTES = (
    Note(
        "long_standing",
        Condition({"warning": _codes(Answer.LONG_STANDING)}),
        _(
            "You have a long-standing warning sign. Tell every clinic first of all. If it gets worse, or a new one"
            " comes: call 911."
        ),
    ),
    Note(
        "seen_today",
        Condition({"milder": SEEN_TODAY}),
        _("You named a sign that should be seen the same day. If a doctor has not seen you for it yet, go today."),
    ),
    Note(
        "seen_soon",
        Condition({"milder": SEEN_SOON | {UNKNOWN}}),
        _("See your own doctor this week about the other signs that we asked about, whatever you do here."),
    ),
    Note(
        "neck",
        Condition({"where": _codes("neck")}, {"where": _codes("low_back", "mid_back", "leg")}),
        _("For pain in the neck there are only single reports of adhesiolysis. Ask about that first."),
    ),
    Note(
        "mri_before_surgery",
        Condition({"mri": _codes("within_two"), "spine": _codes("surgery")}),
        _("If you have had surgery since your last MRI, the clinic may want a new one."),
    ),
    Note(
        "no_mri_possible",
        Condition({"mri": _codes("cannot")}),
        _("Tell the clinic that you cannot have an MRI, and why. The doctor decides whether another picture will do."),
    ),
)


def early(answers: Answers) -> Verdict | None:
    """The end that comes before all is asked, if these answers lead to one."""
    verdict = outcome(answers)
    return verdict if verdict.end in EARLY else None


def outcome(answers: Answers) -> Verdict:
    """Where these answers lead: always exactly one end."""
    holding = [rule for rule in RULES if rule.when.holds(answers)]
    first = holding[0]  # the last rule always holds
    together = first.end is End.FIRST and not first.waits
    rules = [rule for rule in holding if rule.end is first.end] if together else [first]
    notes = [note for note in NOTES if first.end not in EARLY and note.when.holds(answers)]
    return Verdict(first.end, tuple(rules), _looked_at(rules), tuple(notes))


def _looked_at(rules: Iterable[Rule]) -> tuple[str, ...]:
    """The questions whose answers decided; where nothing spoke against it, all from where the pain is."""
    names = dict.fromkeys(name for rule in rules for name in rule.when.any_of)
    return tuple(names) or ("where", "since", "spine", "injections", "mri")
