"""/referrals/find/: the link is lost. The answer is the same whether or not the address is known."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from directory.forms import PageForm
from directory.limits import TooManyToday
from directory.views.sending import count, see_other, too_many
from referrals.models import LostLink
from referrals.views.private import private


class LostLinkForm(PageForm):
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The one that you gave with your request."),
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "usa-input", "autocomplete": "email"}),
        error_messages={
            "required": _("Enter the e-mail address that you gave with your request"),
            "invalid": _("Enter the e-mail address like maria@example.org"),
            "max_length": _("Enter an e-mail address of at most %(limit_value)d characters"),
        },
    )


@private
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: HttpRequest) -> HttpResponse:
    """Takes the address; whether it is known is looked up by the worker, so that not even the time tells."""
    if request.method != "POST":
        return render(request, "referrals/lost.html", {"form": LostLinkForm(), "sent": "sent" in request.GET})
    form = LostLinkForm(request.POST)
    if not form.is_valid():
        return render(request, "referrals/lost.html", {"form": form, "summary": form.summary()})
    try:
        count("lost-link", request)
    except TooManyToday:
        return too_many(request, "referrals/lost.html", {"form": form})
    LostLink.objects.wish(form.cleaned_data["email"])
    return see_other(f"{reverse('referral-lost')}?sent=1")
