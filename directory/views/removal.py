"""/about/removal/: clinicians ask to be taken out. The street is hidden at once; see directory.removals."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from directory import removals
from directory.api.throttles import address, subscriber
from directory.forms import LinesField, NPIField, PageForm, PhoneField
from directory.limits import TooManyToday
from directory.models import RemovalRequest, Specialist
from directory.views.sending import see_other, too_many

LONGEST_NPI = 40
LONGEST_REASON = 1000
Wish = RemovalRequest.Wish


def _box(**attrs: Any) -> dict[str, Any]:
    return {"class": "usa-input"} | attrs


class RemovalForm(PageForm):
    npi = NPIField(
        label=_("Your NPI"),
        help_text=_("10 digits"),
        max_length=LONGEST_NPI,
        widget=forms.TextInput(attrs=_box(inputmode="numeric", autocomplete="off") | {"class": "usa-input code6"}),
        error_messages={
            "required": _("Enter your NPI, 10 digits"),
            "max_length": _("An NPI has 10 digits. Type nothing else here"),
        },
    )
    wish = forms.ChoiceField(
        label=_("What should go?"),
        choices=Wish.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what should go"), "invalid_choice": _("Say what should go")},
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs=_box(autocomplete="name")),
        error_messages={
            "required": _("Enter your name"),
            "max_length": _("Shorten the name to %(limit_value)d characters"),
        },
    )
    email = forms.EmailField(
        label=_("E-mail for our answer"),
        help_text=_("You may leave this empty if you give a phone number."),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs=_box(autocomplete="email")),
        error_messages={
            "invalid": _("Enter the e-mail address like ana@example.org"),
            "max_length": _("Enter an e-mail address of at most %(limit_value)d characters"),
        },
    )
    phone = PhoneField(
        label=_("Phone"),
        help_text=_("For example: (512) 555-0186. You may leave this empty if you give an e-mail address."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs=_box(type="tel", autocomplete="tel")),
        error_messages={"max_length": _("Enter a phone number with ten digits, like (512) 555-0186")},
    )
    reason = LinesField(
        label=_("Anything we should know?"),
        help_text=_("You need no reason: you may leave this empty. Please write nothing about patients."),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"class": "usa-textarea", "rows": 4}),
        error_messages={"max_length": _("Shorten this text to %(limit_value)d characters; it has %(show_value)d")},
    )

    def clean_npi(self) -> Specialist:
        number = self.cleaned_data["npi"]
        found = Specialist.objects.active().filter(pk=number).first()
        if found is None:
            raise ValidationError(
                _("We list nobody with the NPI %(npi)d now, so there is nothing to take out. Compare the digits"),
                params={"npi": number},
            )
        return found

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not {"email", "phone"} & self.errors.keys() and not (data.get("email") or data.get("phone")):
            self.add_error("email", _("Enter an e-mail address or a phone number: we must be able to answer"))
        return data


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def removal(request: HttpRequest) -> HttpResponse:
    """The form, with `?npi=` filled in, or what came of sending it."""
    if request.method != "POST":
        typed = request.GET.get("npi", "")[:LONGEST_NPI].replace("\0", "")
        return render(request, "directory/removal.html", _page(RemovalForm(initial={"npi": typed})))
    form = RemovalForm(request.POST)
    if not form.is_valid():
        return render(request, "directory/removal.html", _page(form))
    given: Mapping[str, Any] = form.cleaned_data
    asker = removals.Asker(given["name"], given["email"], given["phone"], given["reason"])
    try:
        asked = removals.ask(given["npi"], given["wish"], asker, network=subscriber(address(request)))
    except TooManyToday:
        return too_many(request, "directory/removal.html", _page(form))
    return see_other(reverse("removal-done" if asked.hides_until else "removal-waiting"))


@require_safe
def done(request: HttpRequest, *, is_hidden: bool) -> HttpResponse:
    """What was done and what happens now; nothing of who asked."""
    return render(request, "directory/removal_done.html", _facts() | {"is_hidden": is_hidden})


def _page(form: RemovalForm) -> dict[str, Any]:
    return _facts() | {
        "here": "about-removal",
        "form": form,
        "summary": form.summary() if form.is_bound else [],
    }


def _facts() -> dict[str, Any]:
    return {"hides_days": settings.REMOVAL_HIDES_DAYS, "contact_days": settings.REMOVAL_CONTACT_DAYS}
