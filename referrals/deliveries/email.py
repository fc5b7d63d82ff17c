"""Mails: that something waits, and where. No patient's name, and no word about anybody's health."""

import smtplib
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from directory.models import Clinic, Notice, Specialist
from referrals.deliveries import notices
from referrals.deliveries.errors import RECIPIENT_REFUSED, SendFailed
from referrals.models import Delivery, Referral

TEMPLATES = {Delivery.Kind.CLINIC_NEW: "clinic_new", Delivery.Kind.CLINIC_WITHDRAWN: "clinic_withdrawn"}


def send(delivery: Delivery) -> None:
    """Sends it to the address of its reader as it is now. Raises SendFailed."""
    message = compose(delivery)
    # Nothing leaves a demonstration: all of its mail goes to a folder.
    using = "folder" if Specialist.objects.fictional().exists() else "default"
    try:
        message.send(using=using)
    except smtplib.SMTPRecipientsRefused as error:
        refused = [code for code, _text in error.recipients.values()]
        raise SendFailed(RECIPIENT_REFUSED, permanent=all(code >= 500 for code in refused)) from error
    except smtplib.SMTPResponseException as error:
        raise SendFailed(f"smtp_{error.smtp_code}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise SendFailed(type(error).__name__[:40]) from error


def compose(delivery: Delivery) -> EmailMultiAlternatives:
    """The mail, in text and HTML. Raises SendFailed where nobody has confirmed to read it."""
    if delivery.notice is not None:
        return _of_notice(delivery, delivery.notice)
    if delivery.referral is None:
        raise SendFailed("nothing_to_tell", permanent=True)  # the database has a rule against it
    return _of_request(delivery, delivery.referral)


def _of_request(delivery: Delivery, referral: Referral) -> EmailMultiAlternatives:
    clinic = referral.clinic
    if not clinic.notification_email or clinic.notification_email_confirmed_at is None:
        raise SendFailed("no_confirmed_address")
    with override(clinic.notification_language):
        return _to_clinic(delivery, referral, clinic)


def _to_clinic(delivery: Delivery, referral: Referral, clinic: Clinic) -> EmailMultiAlternatives:
    """In the active language, its link too."""
    words = {
        "clinic": clinic,
        "office": referral.practice.site.name or referral.practice.site.line1,
        "reference": referral.reference,
        "link": settings.SITE_URL + reverse("admin:referrals_referral_change", args=[referral.pk]),
        "waiting": Referral.objects.waiting().filter(clinic=clinic).count(),
    }
    subjects = {
        Delivery.Kind.CLINIC_NEW: _("A new request is waiting"),
        Delivery.Kind.CLINIC_WITHDRAWN: _("A request was withdrawn"),
    }
    kind = Delivery.Kind(delivery.kind)
    subject = f"{subjects[kind]} ({referral.reference})"
    return _message(delivery, clinic.notification_email, subject, TEMPLATES[kind], words)


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
            "Message-ID": f"<{delivery.pk}@{urlsplit(settings.SITE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string(f"mail/{template}.html", words), "text/html")
    return message
