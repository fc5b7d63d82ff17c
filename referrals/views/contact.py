"""/referrals/{token}/contact/: the patient corrects phone, preferred way and mail address of a running request."""

import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from directory import limits
from directory.api.throttles import address as address_of
from directory.api.throttles import subscriber
from referrals import blocks, corrections, correspondence
from referrals.corrections import EMAIL
from referrals.intake import contact
from referrals.intake.dates import ADULT_YEARS
from referrals.intake.forms import CodeForm, StepForm
from referrals.models import Content, Referral, ReferralLink
from referrals.models.asking import hash_of_change
from referrals.vault import sealed, tokens
from referrals.vault.keys import VaultError
from referrals.views import device
from referrals.views.private import secret_address, see_other

CARRIED_LASTS = datetime.timedelta(hours=24)  # the new address, sealed in the page on which its code is typed


# As for `follow.withdraw`: whoever knows the address may press the button, and nobody else can.
@csrf_exempt
@secret_address
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, token: str) -> HttpResponse:
    """Once the date of birth was typed on this device. A new address is used after its code was typed, not before."""
    links = ReferralLink.objects.all().of_patient().select_related("referral")
    link = links.opened_by(token).first()
    if link is None:
        new = links.just_after(token).first()  # pressed twice: the first has ended this link, on this very device
        if new is not None and device.has_opened(request, new.referral):
            return _saved_by_new_link(token)
        return render(request, "referrals/no_link.html", status=404)
    referral, here = link.referral, {"token": token}
    if not device.has_opened(request, referral):
        return see_other(reverse("referral-follow", args=[token]) + "#open")
    if not corrections.may_correct(referral):
        return see_other(reverse("referral-follow", args=[token]))
    try:
        if request.method != "POST":
            saved = {"saved": "saved" in request.GET, "has_new_link": request.GET.get("saved") == "link"}
            return _page(request, referral, here | saved | {"form": _empty(referral.unseal())})
        if request.POST.get("step") == "code":
            return _code_typed(request, link, here)
        return _typed(request, link, here)
    except correspondence.NotNow:  # it ended while the page was open
        return see_other(reverse("referral-follow", args=[token]))
    except VaultError:
        return _page(request, referral, here | {"does_not_open": True}, status=503)


def _typed(request: HttpRequest, link: ReferralLink, here: dict[str, Any]) -> HttpResponse:
    referral, now = link.referral, timezone.now()
    content = referral.unseal()
    form = _form(content, dict(request.POST.lists()))
    if not form.is_valid():
        return _page(request, referral, here | {"form": form})
    new = form.given[EMAIL]
    try:
        corrections.change(referral, form.given, now, token=here["token"])
    except corrections.NobodyReached:
        words = _("Leave the phone number here until the new address is checked: the clinic has nothing else")
        form.add_error("phone", words)
        return _page(request, referral, here | {"form": form})
    referral.refresh_from_db()
    if not corrections.needs_code(referral, referral.unseal(), new):
        return _saved(link, here["token"])
    if contact.can_be_typed(hash_of_change(referral.pk), new, now):
        return _code_page(request, new, referral, here)
    return _mail_code(request, referral, new, here, form)


def _mail_code(
    request: HttpRequest, referral: Referral, new: str, here: dict[str, Any], form: StepForm
) -> HttpResponse:
    """Under the same limits as the form of a new request."""
    try:
        limits.count("referral-code", subscriber(address_of(request)), most=settings.REQUESTS_PER_ADDRESS)
        limits.count("referral-code-to", new.casefold(), most=settings.CODES_PER_MAILBOX)
        contact.ask(hash_of_change(referral.pk), new, get_language() or settings.LANGUAGE_CODE, timezone.now())
    except limits.TooManyToday:
        form.add_error(
            EMAIL, _("As many codes as we mail in a day have been asked for. Try the address again tomorrow")
        )
        return _page(request, referral, here | {"form": form}, status=429)
    except blocks.MailboxBlocked:
        words = _(
            "We do not mail to this address now: its owner told us that somebody else had used it. Take another one"
        )
        form.add_error(EMAIL, words)
        return _page(request, referral, here | {"form": form}, status=409)
    return _code_page(request, new, referral, here)


def _code_typed(request: HttpRequest, link: ReferralLink, here: dict[str, Any]) -> HttpResponse:
    referral, now = link.referral, timezone.now()
    check = hash_of_change(referral.pk)
    try:
        text = request.POST.get("carried", "")
        new = sealed.unseal(sealed.from_text(text), _place(referral), now, lasts=CARRIED_LASTS)
    except VaultError:
        return _page(request, referral, here | {"form": _empty(referral.unseal()), "lost": True}, status=400)
    if request.POST.get("go") == "again":
        content = referral.unseal()
        typed = _form(content, _as_sent(content) | {EMAIL: [new]})
        typed.is_valid()
        return _mail_code(request, referral, new, here, typed)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _code_page(request, new, referral, here | {"form": form})
    try:
        contact.confirm(check, new, form.cleaned_data["code"], now)
    except contact.CodeRefused as refused:
        words = _("That is not the code in our newest mail. Compare the six digits and type them again")
        form.add_error("code", words if refused.left else _("This code does not work any more. Ask for a new one"))
        return _code_page(request, new, referral, here | {"form": form, "refused": refused.left})
    corrections.use_address(referral, new, now, token=here["token"])
    contact.done(check)
    return _saved(link, here["token"])


def _page(request: HttpRequest, referral: Referral, page: dict[str, Any], *, status: int = 200) -> HttpResponse:
    form = page.get("form")
    summary = form.summary() if form is not None and form.is_bound else []
    page = {"referral": referral, "summary": summary, **page}
    return render(request, "referrals/contact.html", page, status=status)


def _code_page(request: HttpRequest, new: str, referral: Referral, page: dict[str, Any]) -> HttpResponse:
    form = page.get("form") or CodeForm()
    carried = sealed.as_text(sealed.seal(new, _place(referral), timezone.now()))
    summary = form.summary() if form.is_bound else []
    page = {"form": form, "summary": summary, "email": new, "carried": carried, "refused": None, **page}
    return render(request, "referrals/contact_code.html", page)


def _saved(link: ReferralLink, token: str) -> HttpResponse:
    """Back to the page; by another link where the correction has ended this one."""
    if ReferralLink.objects.valid().filter(pk=link.pk).exists():
        return see_other(reverse("referral-contact", args=[token]) + "?saved=1")
    return _saved_by_new_link(token)


def _saved_by_new_link(token: str) -> HttpResponse:
    return see_other(reverse("referral-contact", args=[tokens.after(token)]) + "?saved=link")


def _form(content: Content, sent: dict[str, list[str]]) -> StepForm:
    return StepForm(corrections.theme(content), sent, earlier={}, today=timezone.localdate(), youngest=ADULT_YEARS)


def _empty(content: Content) -> StepForm:
    """With what stands in the request, and no complaint."""
    form = StepForm(corrections.theme(content), earlier={}, today=timezone.localdate(), youngest=ADULT_YEARS)
    return form.show(_as_sent(content))


def _as_sent(content: Content) -> dict[str, list[str]]:
    return {name: [value] for name, value in corrections.now_given(content).items()}


def _place(referral: Referral) -> str:
    return f"contact-change|{referral.pk}"
