"""Mails to clinics: that something waits, and where. No name, and no word about anybody's health."""

import smtplib
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from directory.models import Specialist
from referrals.deliveries.errors import RECIPIENT_REFUSED, SendFailed
from referrals.models import Delivery, Referral

TEMPLATES = {Delivery.Kind.CLINIC_NEW: "clinic_new", Delivery.Kind.CLINIC_WITHDRAWN: "clinic_withdrawn"}


def send(delivery: Delivery) -> None:
    """Sends it to the clinic's confirmed address as it is now. Raises SendFailed."""
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
    """The mail, in text and HTML. Raises SendFailed where the clinic has no confirmed address."""
    referral = delivery.referral
    clinic = referral.clinic
    if not clinic.notification_email or clinic.notification_email_confirmed_at is None:
        raise SendFailed("no_confirmed_address")
    words = {
        "clinic": clinic,
        "office": referral.practice.site.name or referral.practice.site.line1,
        "reference": referral.reference,
        "link": settings.SITE_URL + reverse("admin:referrals_referral_change", args=[referral.pk]),
        "waiting": Referral.objects.waiting().filter(clinic=clinic).count(),
        "site_name": settings.SITE_NAME,
    }
    subjects = {
        Delivery.Kind.CLINIC_NEW: _("A new request is waiting"),
        Delivery.Kind.CLINIC_WITHDRAWN: _("A request was withdrawn"),
    }
    kind = Delivery.Kind(delivery.kind)
    message = EmailMultiAlternatives(
        subject=f"{subjects[kind]} ({referral.reference})",
        body=render_to_string(f"mail/{TEMPLATES[kind]}.txt", words),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[clinic.notification_email],
        # The same on every attempt, so that a receiver can drop repeats.
        headers={
            "Message-ID": f"<{delivery.pk}@{urlsplit(settings.SITE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string(f"mail/{TEMPLATES[kind]}.html", words), "text/html")
    return message
