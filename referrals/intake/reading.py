"""A request as the clinic reads it: what was answered, what is ready, and whether the same person has asked before."""

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from referrals import clock
from referrals.intake import questions, readiness
from referrals.intake.questions import Line, Section
from referrals.models import Content, Referral


def for_clinic(referral: Referral, content: Content) -> list[Section]:
    """In the active language; what the patient wrote stays in theirs, and is marked. One query."""
    first, *rest = [*_contact(referral), *ready(content), *questions.as_read(content.answers)]
    warning = [section for section in rest if section.warning]
    return [*warning, first, *(section for section in rest if not section.warning), *_same_person(referral, content)]


def _contact(referral: Referral) -> list[Section]:
    if referral.email_checked_at is not None:
        words = gettext("Checked: the patient has typed a code that was mailed to the address")
    else:
        words = gettext("Not checked: call back before you rely on it")
    lines = [Line(_("Contact"), words)]
    if referral.contact_changed_at is not None:
        at_the_office = referral.contact_changed_at.astimezone(clock.zone(referral))
        lines.append(Line(_("Changed by the patient"), date_format(at_the_office, "DATE_FORMAT")))
    if referral.partner is not None:
        lines.append(Line(_("Sent through"), referral.partner.name))
    return [Section(_("Contact"), lines, name="checked")]


def ready(content: Content) -> list[Section]:
    """What the clinic asked for and what of it was there when it was sent; no section where it asked for nothing."""
    found = readiness.kept(content.answers)
    if not found.needs:
        return []
    words = {True: gettext("Ready"), False: gettext("Missing")}
    lines = [Line(need.clinics_title, words[need.is_ready]) for need in found.missing_first]
    count = gettext("%(ready)d of %(all)d ready") % {"ready": len(found.ready), "all": len(found.needs)}
    return [Section(count, lines, name="ready")]


def _same_person(referral: Referral, content: Content) -> list[Section]:
    """Other requests to this clinic in the same name with the same date of birth: another clinic's are not its own."""
    own = Referral.objects.filter(clinic=referral.clinic_id).exclude(submitted_at=None)
    others = own.of_person(content).exclude(pk=referral.pk)
    lines = [Line(_("Reference"), other.reference) for other in others[:10]]
    return [Section(_("Same name and date of birth"), lines, name="same")] if lines else []
