"""Mails: that something waits, and where. No patient's name, and no word about anybody's health."""

import smtplib
from collections.abc import Callable, Collection
from functools import partial

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from directory.models import Clinic, Notice, Specialist
from referrals.deliveries import asking, bounces, notices, to_patient
from referrals.deliveries.errors import RECIPIENT_REFUSED, SendFailed
from referrals.models import Delivery, Referral, ReferralLink
from referrals.models.deliveries import DeliveryQuerySet

# Mails that say how many requests wait for a first answer.
COUNTED = (Delivery.Kind.CLINIC_NEW, Delivery.Kind.CLINIC_REMINDER, Delivery.Kind.CLINIC_LAST_REMINDER)
CLINIC, PATIENT = "clinic ", "patient "  # before the number of who reads it


def send(delivery: Delivery) -> None:
    """Sends it to the address of its reader as it is now. Raises SendFailed."""
    prepare(delivery)()


def prepare(delivery: Delivery) -> Callable[[], None]:
    """-> what sends it, which needs no database and may take a while. Both raise SendFailed."""
    message = compose(delivery)
    # Nothing leaves a demonstration: all of its mail goes to a folder.
    using = "folder" if Specialist.objects.fictional().exists() else "default"
    return partial(_send, message, using)


def receiver(delivery: Delivery) -> str:
    """Who reads it, without an address: the clinic, the patient of a request; else the delivery's own number."""
    if delivery.clinic is not None:
        return f"{CLINIC}{delivery.clinic.pk}"
    return f"{PATIENT}{delivery.referral.pk}" if delivery.referral is not None else str(delivery.pk)


def to_none_of(rows: DeliveryQuerySet, receivers: Collection[str]) -> DeliveryQuerySet:
    """Those that go to somebody else."""
    clinics = [name.removeprefix(CLINIC) for name in receivers if name.startswith(CLINIC)]
    patients = [name.removeprefix(PATIENT) for name in receivers if name.startswith(PATIENT)]
    to_patient = Q(kind__startswith="patient_")
    return rows.exclude(
        ~to_patient & Q(referral__clinic__in=clinics)
        | Q(notice__reader=Notice.Reader.CLINIC, notice__clinic__in=clinics)
        | to_patient & Q(referral__in=patients)
    )


def _send(message: EmailMultiAlternatives, using: str) -> None:
    try:
        message.send(using=using)
    except smtplib.SMTPRecipientsRefused as error:
        refused = list(error.recipients.values())
        code = refused[0][0]
        if code >= 500 and not all(_names_no_mailbox(*one) for one in refused):
            raise SendFailed(f"smtp_{code}") from error  # our own log-in, a blocklist, a full mailbox: that passes
        raise SendFailed(RECIPIENT_REFUSED, permanent=code >= 500) from error
    except smtplib.SMTPDataError as error:
        # Some servers look at the recipient only when they have the whole mail; without a status it may be its contents
        if bounces.names_no_mailbox(bounces.status_in(_text(error.smtp_error))):
            raise SendFailed(RECIPIENT_REFUSED, permanent=True) from error
        raise SendFailed(f"smtp_{error.smtp_code}") from error
    except smtplib.SMTPResponseException as error:
        raise SendFailed(f"smtp_{error.smtp_code}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise SendFailed(type(error).__name__[:40]) from error


def _names_no_mailbox(code: int, text: bytes | str) -> bool:
    """Whether the refusal of a recipient says that there is no such address."""
    status = bounces.status_in(_text(text))
    return bounces.names_no_mailbox(status) if status else code in (550, 551, 553)


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said


def compose(delivery: Delivery) -> EmailMultiAlternatives:
    """The mail, in text and HTML. Raises SendFailed where nobody has confirmed to read it."""
    if delivery.notice is not None:
        return _of_notice(delivery, delivery.notice)
    if delivery.kind in asking.KINDS:
        to, language, words = asking.words(delivery)
        with override(language):
            return _message(delivery, to, words.subject, "notice", {"words": words})
    if delivery.referral is None:
        raise SendFailed("nothing_to_tell", permanent=True)  # the database has a rule against it
    if delivery.kind == Delivery.Kind.PATIENT_LOST_LINK:
        return _new_link(delivery, delivery.referral)
    return _of_request(delivery, delivery.referral)


def _new_link(delivery: Delivery, referral: Referral) -> EmailMultiAlternatives:
    """To the patient, with a link of this mail's own: made now, its hash committed before the mail goes out."""
    if referral.email_checked_at is None or referral.erased_at is not None:
        raise SendFailed("no_checked_address", permanent=True)
    to = referral.unseal().email
    with override(referral.language):
        address = reverse("referral-follow", args=[_new_token(referral)])
        words = notices.Words(
            subject=_("A new link to your request"),
            lines=[
                _("It opens the private page of your request %(reference)s for whoever has it.")
                % {"reference": referral.reference},
                _(
                    "Somebody, most likely you, asked for it; or mails about this request come to this address from "
                    "now on."
                ),
            ],
            button=_("Open your private page"),
            link=settings.SITE_URL + address,
            small=_("Was it not you? On that page you can end all links at once."),
        )
        return _message(delivery, to, words.subject, "notice", {"words": words})


def _new_token(referral: Referral) -> str:
    """Of a link for a mail to the address in this row. Raises SendFailed where the patient has another one by now.

    Committed before the socket opens: a link that arrives can be followed, whatever becomes of this process.
    """
    with transaction.atomic(durable=True):
        same = Referral.objects.select_for_update().filter(pk=referral.pk, email_hash=referral.email_hash)
        if not same.exists():
            raise SendFailed("address_changed")
        return ReferralLink.objects.issue(referral)


def _of_request(delivery: Delivery, referral: Referral) -> EmailMultiAlternatives:
    if delivery.is_for_patient:
        with override(referral.language):
            return _to_patient(delivery, referral)
    clinic = referral.clinic
    if not clinic.notification_email or clinic.notification_email_confirmed_at is None:
        raise SendFailed("no_confirmed_address")
    with override(clinic.notification_language):
        return _to_clinic(delivery, referral, clinic)


def _to_patient(delivery: Delivery, referral: Referral) -> EmailMultiAlternatives:
    """In the active language, with a link of its own: each attempt makes another one."""
    if referral.erased_at is not None:
        raise SendFailed("erased", permanent=True)
    address = referral.unseal().email
    if not address or referral.email_checked_at is None:
        raise SendFailed("no_checked_address", permanent=True)
    token = _new_token(referral)
    link = settings.SITE_URL + reverse("referral-follow", args=[token])
    words = to_patient.words(delivery, link)
    subject = f"{words.subject} ({referral.reference})"
    return _message(delivery, address, subject, "patient", {"words": words, "reference": referral.reference})


def _to_clinic(delivery: Delivery, referral: Referral, clinic: Clinic) -> EmailMultiAlternatives:
    """In the active language, its link too."""
    kind = Delivery.Kind(delivery.kind)
    heading, line = _news_for_clinic(kind)
    words = {
        "clinic": clinic,
        "office": referral.practice.site.name or referral.practice.site.line1,
        "reference": referral.reference,
        "link": settings.SITE_URL + reverse("admin:referrals_referral_change", args=[referral.pk]),
        "heading": heading,
        "line": line,
        "waiting": Referral.objects.waiting().filter(clinic=clinic).count() if kind in COUNTED else 0,
    }
    return _message(delivery, clinic.notification_email, f"{heading} ({referral.reference})", "clinic_news", words)


def _news_for_clinic(kind: Delivery.Kind) -> tuple[str, str]:
    """What has happened and what that means, in the active language."""
    match kind:
        case Delivery.Kind.CLINIC_WITHDRAWN:
            return _("A request was withdrawn"), _("Whoever sent it took it back. There is nothing more to do.")
        case Delivery.Kind.CLINIC_ANSWERED:
            return _("The patient has answered"), _("You can decide on the request now.")
        case Delivery.Kind.CLINIC_MESSAGE:
            return _("The patient has written to you"), _("The message stands on the page of the request.")
        case Delivery.Kind.CLINIC_CONTACT:
            return _("A patient has changed phone or e-mail"), _("The new ones stand on the page of the request.")
        case Delivery.Kind.CLINIC_FILE:
            return _("The patient has added something"), _("It stands on the page of the request.")
        case Delivery.Kind.CLINIC_REMINDER:
            return _("A request waits for you"), _("The patient sees that nothing has happened yet.")
        case Delivery.Kind.CLINIC_LAST_REMINDER:
            line = _("If nothing happens, the patient is soon offered other clinics that take requests.")
            return _("A request still waits for you"), line
        case _:
            return _("A new request is waiting"), ""


def _of_notice(delivery: Delivery, notice: Notice) -> EmailMultiAlternatives:
    to, words = notices.address(notice), notices.words(notice)
    with override(notices.language(notice)):
        return _message(delivery, to, words.subject, "notice", {"words": words})


def _message(
    delivery: Delivery, to: str, subject: str, template: str, words: dict[str, object]
) -> EmailMultiAlternatives:
    words = {**words, "site_name": settings.SITE_NAME}
    message = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"mail/{template}.txt", words),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        # The same on every attempt, so that a receiver can drop repeats.
        headers={
            "Message-ID": bounces.message_id(delivery),
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string(f"mail/{template}.html", words), "text/html")
    return message
