"""Version 1: one page for every procedure. No new request answers it; those that did are read with it."""

from django.utils.translation import gettext_lazy as _

from referrals.intake.asking import Kind, Question, Questionnaire, Theme, choices_of
from referrals.intake.codes import MRI, UNKNOWN, PainGoes, PainWhere, Tried

FIRST = Questionnaire(
    "1",
    (
        Theme(
            "pain",
            _("Pain"),
            (
                Question(
                    "pain_where",
                    Kind.SEVERAL,
                    _("Where is the pain?"),
                    _("Where it hurts"),
                    choices=choices_of(PainWhere, UNKNOWN),
                ),
                Question(
                    "pain_goes",
                    Kind.ONE,
                    _("Does it go into a leg or an arm?"),
                    _("Goes into leg or arm"),
                    choices=choices_of(PainGoes),
                ),
                Question("pain_since", Kind.MONTH, _("Since when?"), _("Since")),
                Question("stops", Kind.TEXT, _("What does it stop you from doing?"), _("What it prevents")),
            ),
        ),
        Theme(
            "tried",
            _("What was tried"),
            (
                Question(
                    "tried", Kind.SEVERAL, _("What have you tried?"), _("Tried"), choices=choices_of(Tried, UNKNOWN)
                ),
                Question("tried_text", Kind.TEXT, _("More about what you tried"), _("More about it")),
            ),
        ),
        Theme(
            "mri",
            _("MRI"),
            (
                Question(
                    "mri",
                    Kind.ONE,
                    _("Have you had an MRI of your back or neck?"),
                    _("Had an MRI"),
                    choices=choices_of(MRI),
                ),
                Question(
                    "mri_on",
                    Kind.MONTH,
                    _("When was the last one?"),
                    _("When"),
                    when={"mri": frozenset({MRI.YES.value})},
                ),
            ),
        ),
    ),
)
