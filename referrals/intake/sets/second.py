"""The questions of the form in steps: complete for adhesiolysis, a short set for every other procedure."""

from collections.abc import Iterable, Mapping
from typing import TypedDict, Unpack

from django.utils.translation import gettext_lazy as _

from referrals.intake.asking import (
    CHOOSE_ALL,
    I_DO_NOT_KNOW,
    Choice,
    Kind,
    Question,
    Questionnaire,
    Theme,
    Words,
    choices_of,
)
from referrals.intake.codes import MRI, NONE, UNKNOWN, YES, Asker, PainGoes, PainWhere, YesNo

SAYS_YES = frozenset({YES})
MAY_BE_EMPTY = _("You may leave this empty.")
UNSURE = Choice(UNKNOWN, I_DO_NOT_KNOW, alone=True)
NOTHING = Choice(NONE, _("None of these"), alone=True)


class More(TypedDict, total=False):
    """What some questions say beside that: as in `Question`."""

    when: Mapping[str, frozenset[str]]
    autocomplete: str


def _line(
    name: str, title: Words, short: Words, hint: Words = MAY_BE_EMPTY, *, missing: Words = "", **more: Unpack[More]
) -> Question:
    return Question(name, Kind.LINE, title, short, missing, hint=hint, longest=120, **more)


def _text(
    name: str, title: Words, short: Words, hint: Words = MAY_BE_EMPTY, *, missing: Words = "", **more: Unpack[More]
) -> Question:
    return Question(name, Kind.TEXT, title, short, missing, hint=hint, **more)


def _yes_no(name: str, title: Words, short: Words, missing: Words, hint: Words = "", **more: Unpack[More]) -> Question:
    choices = choices_of(YesNo)
    return Question(name, Kind.ONE, title, short, missing, choices, hint, **more)


def _some(name: str, title: Words, short: Words, missing: Words, choices: Iterable[Choice]) -> Question:
    return Question(name, Kind.SEVERAL, title, short, missing, tuple(choices), CHOOSE_ALL)


IS_OFFICE = {"asker": frozenset({Asker.OFFICE.value})}
IS_RELATIVE = {"asker": frozenset({Asker.RELATIVE.value})}

ASKER = Theme(
    "asker",
    _("Who is asking"),
    (
        Question(
            "asker",
            Kind.ONE,
            _("Who is asking?"),
            _("Who is asking"),
            _("Say who is asking"),
            (
                Choice(Asker.PATIENT.value, Asker.PATIENT.label),
                Choice(Asker.RELATIVE.value, Asker.RELATIVE.label),
                Choice(Asker.OFFICE.value, Asker.OFFICE.label, _("We ask for your name, NPI and call-back number")),
            ),
        ),
        _line(
            "relative_name",
            _("Your name, if you are not the patient"),
            _("Name of the relative or friend"),
            _("Only for a relative or friend."),
            missing=_("Enter your own name"),
            when=IS_RELATIVE,
        ),
        _line(
            "relation",
            _("What you are to the patient"),
            _("Relation to the patient"),
            _("Only for a relative or friend. For example: daughter, neighbor"),
            missing=_("Say what you are to the patient, such as daughter"),
            when=IS_RELATIVE,
        ),
        _line(
            "office_name",
            _("Name of the doctor who asks"),
            _("Doctor who asks"),
            _("Only for a doctor’s office."),
            missing=_("Enter the name of the doctor who asks"),
            when=IS_OFFICE,
        ),
        Question(
            "office_npi",
            Kind.NPI,
            _("NPI of that doctor"),
            _("NPI"),
            _("Enter the ten digits of the NPI"),
            hint=_("Only for a doctor’s office. Ten digits"),
            when=IS_OFFICE,
        ),
        Question(
            "office_phone",
            Kind.PHONE,
            _("Call-back number of the office"),
            _("Call-back number"),
            _("Enter the call-back number of the office"),
            hint=_("Only for a doctor’s office."),
            when=IS_OFFICE,
        ),
        Question(
            "office_agreed",
            Kind.TICK,
            _("The patient agreed to this request"),
            _("The office says that the patient agreed"),
            _("Tick that the patient agreed. Without that we cannot take it"),
            hint=_("Only for a doctor’s office. We ask the patient by mail; nothing is sent before they say yes."),
            when=IS_OFFICE,
        ),
    ),
)

CONTACT = Theme(
    "contact",
    _("The patient"),
    (
        Question(
            "name",
            Kind.LINE,
            _("Name of the patient"),
            _("Name"),
            _("Enter the name of the patient"),
            hint=_("As on the insurance card"),
            autocomplete="name",
            longest=120,
        ),
        Question(
            "birth", Kind.BIRTH, _("Date of birth"), _("Born"), _("Enter your date of birth, for example 4 9 1957")
        ),
        Question(
            "email",
            Kind.EMAIL,
            _("E-mail address"),
            _("E-mail"),
            hint=_(
                "We mail a six-digit code to it before anything is sent. No e-mail? Leave this empty: you get your "
                "link on paper, and the clinic checks by phone."
            ),
            autocomplete="email",
        ),
        Question(
            "phone",
            Kind.PHONE,
            _("Phone"),
            _("Phone"),
            hint=_("For example: (512) 555-0186. You may leave this empty if you give an e-mail address."),
            autocomplete="tel",
        ),
        Question(
            "best_way",
            Kind.ONE,
            _("How should the clinic reach you?"),
            _("Best way to reach them"),
            _("Say how the clinic should reach you"),
            (
                Choice("phone", _("By phone")),
                Choice("email", _("By e-mail")),
                Choice("either", _("Either is fine")),
                UNSURE,
            ),
        ),
        _line("best_time", _("When is a good time to call?"), _("Good time to call")),
        Question(
            "language",
            Kind.ONE,
            _("Which language do you want to speak?"),
            _("Wants to speak"),
            _("Say which language you want to speak"),
            (
                Choice("en", _("English")),
                Choice("es", _("Spanish")),
                Choice("other", _("Another one")),
                UNSURE,
            ),
        ),
        _line(
            "language_other",
            _("Which other language?"),
            _("Other language"),
            _("Only if you chose another one."),
            when={"language": frozenset({"other"})},
        ),
        _yes_no(
            "interpreter",
            _("Do you need an interpreter?"),
            _("Needs an interpreter"),
            _("Say whether you need an interpreter"),
        ),
    ),
)

PAIN_WHERE = Question(
    "pain_where",
    Kind.SEVERAL,
    _("Where is the pain?"),
    _("Where it hurts"),
    _("Say where the pain is"),
    choices_of(PainWhere, UNKNOWN),
    CHOOSE_ALL,
)
PAIN_GOES = Question(
    "pain_goes",
    Kind.ONE,
    _("Does it go into a leg or an arm?"),
    _("Goes into leg or arm"),
    _("Say whether the pain goes into a leg or an arm"),
    choices_of(PainGoes),
)
PAIN_SINCE = Question(
    "pain_since",
    Kind.MONTH,
    _("Since when?"),
    _("Since"),
    _("Enter at least the year, or tick “I don’t know”"),
    hint=_("A guess is fine. For example: 3 and 2024"),
)
PAIN_STRENGTH = Question(
    "pain_strength",
    Kind.SCALE,
    _("How strong is it on a usual day?"),
    _("On a usual day, 0 to 10"),
    _("Say how strong the pain is, or that you don’t know"),
    (*(Choice(str(number), str(number)) for number in range(11)), UNSURE),
    _("0 is no pain. 10 is the worst you can imagine."),
)
STOPS = _text(
    "stops",
    _("What does it stop you from doing?"),
    _("What it prevents"),
    _("A few words help the clinic most. You may leave this empty."),
)
SURGERY = _yes_no(
    "surgery",
    _("Have you had surgery on your spine?"),
    _("Spine surgery"),
    _("Say whether you have had surgery on your spine"),
)
SURGERY_TEXT = _text(
    "surgery_text",
    _("Which surgery, and when?"),
    _("Which surgery, and when"),
    _("Only if you had one. For example: fusion L4-L5, February 2023"),
    when={"surgery": SAYS_YES},
)
INJECTIONS = _yes_no(
    "injections",
    _("Have you had steroid injections in your back or neck?"),
    _("Steroid injections"),
    _("Say whether you have had steroid injections"),
)
HAD_INJECTIONS = {"injections": SAYS_YES}
INJECTIONS_NUMBER = Question(
    "injections_number",
    Kind.ONE,
    _("How many injections?"),
    _("How many"),
    _("Say how many injections, or that you don’t know"),
    (
        Choice("1", _("One")),
        Choice("2", _("Two")),
        Choice("3", _("Three")),
        Choice("more", _("More than three")),
        UNSURE,
    ),
    _("Only if you had some."),
    when=HAD_INJECTIONS,
)
INJECTIONS_LAST = Question(
    "injections_last",
    Kind.MONTH,
    _("When was the last injection?"),
    _("The last one"),
    _("Enter at least the year of the last injection, or tick “I don’t know”"),
    hint=_("Only if you had some. For example: 5 and 2025"),
    when=HAD_INJECTIONS,
)
INJECTIONS_HELPED = Question(
    "injections_helped",
    Kind.ONE,
    _("Did they help?"),
    _("Did they help"),
    _("Say whether the injections helped, or that you don’t know"),
    (
        Choice("no", _("No, or too little")),
        Choice("wore_off", _("Yes, and the pain came back")),
        Choice("helping", _("Yes, and they help me now")),
        UNSURE,
    ),
    _("Only if you had some."),
    when=HAD_INJECTIONS,
)
CARE = _some(
    "care",
    _("What else have you tried?"),
    _("Tried as well"),
    _("Say what else you have tried, or that you don’t know"),
    (
        Choice("medicines", _("Medicines for pain")),
        Choice("physical_therapy", _("Physical therapy")),
        Choice("nerve_blocks", _("Nerve blocks, or nerves treated with heat")),
        Choice("stimulation", _("A spinal cord stimulator, or a test of one")),
        Choice("mind", _("Counseling or a pain program")),
        UNSURE,
        NOTHING,
    ),
)
CARE_TEXT = _text("care_text", _("More about what you tried"), _("More about it"))

MRI_HAD = Question(
    "mri",
    Kind.ONE,
    _("Have you had an MRI of your back or neck?"),
    _("Had an MRI"),
    _("Say whether you have had an MRI"),
    choices_of(MRI),
)
HAD_MRI = {"mri": SAYS_YES}
MRI_ON = Question(
    "mri_on",
    Kind.MONTH,
    _("When was the last one?"),
    _("When"),
    _("Enter at least the year of the MRI, or tick “I don’t know”"),
    hint=_("Only if you had one. It is on the report. For example: 9 and 2025"),
    when=HAD_MRI,
)
MRI_PLACE = _line(
    "mri_place",
    _("Where was it done?"),
    _("Where"),
    _("Only if you had one. The name of the hospital or imaging center. You may leave this empty."),
    when=HAD_MRI,
)
MRI_REPORT = Question(
    "mri_report",
    Kind.ONE,
    _("Do you have its report or its pictures?"),
    _("Has of it"),
    _("Say what you have of the MRI, or that you don’t know"),
    (
        Choice("both", _("The report, and the pictures on a disc")),
        Choice("report", _("The report only")),
        Choice("disc", _("The disc only")),
        Choice("no", _("Neither")),
        UNSURE,
    ),
    _("Only if you had one. Bring the disc to the visit. The report you can add right after sending."),
    when=HAD_MRI,
)
MRI_CANNOT = _line(
    "mri_cannot",
    _("Why can you not have an MRI?"),
    _("Why there can be none"),
    _("Only if you cannot have one. You may leave this empty."),
    when={"mri": frozenset({MRI.CANNOT.value})},
)

THINNER = _yes_no(
    "thinner",
    _("Do you take a blood thinner?"),
    _("Blood thinner"),
    _("Say whether you take a blood thinner, or that you don’t know"),
    _("Such as warfarin, apixaban or clopidogrel. Keep taking it: only the doctor who prescribes it can change it."),
)
TAKES_THINNER = {"thinner": SAYS_YES}
THINNER_NAME = _line(
    "thinner_name",
    _("Its name"),
    _("Which one"),
    _("Only if you take one. It is on the bottle. You may leave this empty."),
    when=TAKES_THINNER,
)
THINNER_BY = _line(
    "thinner_by",
    _("Who prescribes it?"),
    _("Prescribed by"),
    _("Only if you take one. You may leave this empty."),
    when=TAKES_THINNER,
)
THINNER_WORD = _yes_no(
    "thinner_word",
    _("Do you have a note from that doctor about it?"),
    _("Has a note of the prescriber"),
    _("Say whether you have a note from the doctor who prescribes it, or that you don’t know"),
    _("Only if you take one. Some clinics ask for it. Keep taking your blood thinner."),
    when=TAKES_THINNER,
)
OPIOIDS = _yes_no(
    "opioids",
    _("Do you take an opioid for pain?"),
    _("Opioids"),
    _("Say whether you take an opioid, or that you don’t know"),
    _("Such as oxycodone, hydrocodone, morphine or tramadol."),
)
SEDATIVES = _yes_no(
    "sedatives",
    _("Do you take something that makes you calm or sleepy?"),
    _("Sedatives"),
    _("Say whether you take something that makes you calm or sleepy, or that you don’t know"),
    _("Such as alprazolam, lorazepam or zolpidem."),
)
MEDICINES_TEXT = _text(
    "medicines_text",
    _("Which medicines do you take?"),
    _("Medicines"),
    _("Names are enough. Keep taking them as you were told. You may leave this empty."),
)
ALLERGIES = _some(
    "allergies",
    _("Are you allergic to any of these?"),
    _("Allergies"),
    _("Say what you are allergic to, or that you don’t know"),
    (
        Choice("contrast", _("Contrast dye")),
        Choice("anesthetic", _("Numbing medicine (local anesthetic)")),
        Choice("steroid", _("Steroids")),
        Choice("hyaluronidase", _("Hyaluronidase")),
        Choice("latex", _("Latex")),
        UNSURE,
        NOTHING,
    ),
)
ALLERGIES_TEXT = _line("allergies_text", _("Other allergies"), _("Other allergies"))

CONDITIONS = _some(
    "conditions",
    _("Is any of these true for you?"),
    _("Conditions"),
    _("Say which of these are true, or that you don’t know"),
    (
        Choice("pregnant", _("Pregnant, or may be")),
        Choice("infection", _("An infection now, or antibiotics now")),
        Choice("bleeding", _("A bleeding disorder")),
        Choice("diabetes", _("Diabetes")),
        Choice("glaucoma", _("Glaucoma")),
        Choice("kidney", _("Kidney disease")),
        Choice("apnea", _("Sleep apnea")),
        UNSURE,
        NOTHING,
    ),
)
IMPLANTS = _some(
    "implants",
    _("Is any of these in your body?"),
    _("Implants"),
    _("Say what is in your body, or that you don’t know"),
    (
        Choice("stimulator", _("A stimulator for the spine or nerves")),
        Choice("pump", _("A pump for medicine")),
        Choice("heart", _("A pacemaker or defibrillator")),
        UNSURE,
        NOTHING,
    ),
)
CONDITIONS_TEXT = _text("conditions_text", _("Anything else about your health that the clinic should know?"), _("More"))

RIDE = _yes_no(
    "ride",
    _("Is there someone to take you home after a procedure?"),
    _("Someone to take them home"),
    _("Say whether someone can take you home, or that you don’t know"),
)
INSURER = Question(
    "insurer",
    Kind.ONE,
    _("Who pays for your care?"),
    _("Insurer"),
    _("Say who pays for your care, or that you don’t know"),
    (
        Choice("original-medicare", _("Original Medicare")),
        Choice("medicare-advantage", _("Medicare Advantage")),
        Choice("medicaid", _("Medicaid")),
        Choice("va", _("Veterans Affairs (VA)")),
        Choice("workers-compensation", _("Workers’ compensation")),
        Choice("commercial", _("A plan from work, or that I bought")),
        Choice("self", _("I pay myself")),
        UNSURE,
    ),
)
PLAN = _line("plan", _("Name of the plan"), _("Plan"), _("As on the card. You may leave this empty."))
OWN_REFERRAL = _yes_no(
    "own_referral",
    _("Has your own doctor given you a referral to a specialist?"),
    _("Has a referral of their own doctor"),
    _("Say whether your own doctor has given you a referral, or that you don’t know"),
)
ACCESS = _some(
    "access",
    _("What do you need at the visit?"),
    _("Needs at the visit"),
    _("Say what you need at the visit, or that you don’t know"),
    (
        Choice("wheelchair", _("A way in for a wheelchair or walker")),
        Choice("transfer", _("Help to get onto a table")),
        Choice("hearing", _("Help with hearing, such as sign language")),
        Choice("vision", _("Help with seeing or reading")),
        UNSURE,
        NOTHING,
    ),
)
ACCESS_TEXT = _line("access_text", _("Something else that you need"), _("Needs as well"))
TRAVEL = Question(
    "travel",
    Kind.ONE,
    _("How far can you travel?"),
    _("Can travel"),
    _("Say how far you can travel, or that you don’t know"),
    (
        Choice("25", _("Up to 25 miles")),
        Choice("50", _("Up to 50 miles")),
        Choice("100", _("Up to 100 miles")),
        Choice("any", _("Farther, if I must")),
        UNSURE,
    ),
)

PAIN = Theme("pain", _("The pain"), (PAIN_WHERE, PAIN_GOES, PAIN_SINCE, PAIN_STRENGTH, STOPS))
EARLIER = Theme(
    "earlier",
    _("What was tried"),
    (
        SURGERY,
        SURGERY_TEXT,
        INJECTIONS,
        INJECTIONS_NUMBER,
        INJECTIONS_LAST,
        INJECTIONS_HELPED,
        CARE,
        CARE_TEXT,
    ),
)
SCAN = Theme("scan", _("MRI"), (MRI_HAD, MRI_ON, MRI_PLACE, MRI_REPORT, MRI_CANNOT))
MEDICINES = Theme(
    "medicines",
    _("Medicines and allergies"),
    (
        THINNER,
        THINNER_NAME,
        THINNER_BY,
        THINNER_WORD,
        OPIOIDS,
        SEDATIVES,
        MEDICINES_TEXT,
        ALLERGIES,
        ALLERGIES_TEXT,
    ),
)
HEALTH = Theme("health", _("Conditions"), (CONDITIONS, IMPLANTS, CONDITIONS_TEXT))
PRACTICAL = Theme(
    "practical",
    _("The visit"),
    (RIDE, INSURER, PLAN, OWN_REFERRAL, ACCESS, ACCESS_TEXT, TRAVEL),
)

ADHESIOLYSIS = Questionnaire("adhesiolysis-1", (ASKER, CONTACT, PAIN, EARLIER, SCAN, MEDICINES, HEALTH, PRACTICAL))
GENERAL = Questionnaire(
    "general-1",
    (
        ASKER,
        CONTACT,
        PAIN,
        Theme(
            "earlier",
            _("What was tried"),
            (SURGERY, SURGERY_TEXT, INJECTIONS, CARE, CARE_TEXT, MRI_HAD, MRI_ON),
        ),
        Theme(
            "medicines",
            _("Medicines and health"),
            (THINNER, THINNER_NAME, THINNER_BY, THINNER_WORD, ALLERGIES, ALLERGIES_TEXT, CONDITIONS_TEXT),
        ),
        Theme("practical", _("The visit"), (INSURER, PLAN, OWN_REFERRAL, ACCESS, ACCESS_TEXT, TRAVEL)),
    ),
)
