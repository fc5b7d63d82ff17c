"""/clinics/claim/: "I am this doctor", "This is my clinic". Nothing is granted here; an operator checks who it is."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from directory import claims
from directory.claims import Listing
from directory.forms import NPIField, PageForm, PhoneField
from directory.limits import TooManyToday
from directory.models import ListingClaim, Practice, Site
from directory.views.sending import count, kept_nowhere, office_words, see_other, too_many

Role = ListingClaim.Role


def _box(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "usa-input", **attrs})


class FindForm(PageForm):
    """Which listing."""

    npi = NPIField(
        label=_("NPI of the doctor or the clinic"),
        help_text=_("10 digits, from the national registry"),
        widget=forms.TextInput(attrs={"class": "usa-input code6", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Enter the ten digits of the NPI")},
    )

    def clean_npi(self) -> Listing:
        listing = claims.listing_by_npi(self.cleaned_data["npi"])
        if listing is None:
            raise forms.ValidationError(
                _(
                    "We list nobody with this NPI. "
                    "Compare the digits, or find the page by name and press the link at its end"
                )
            )
        return listing


class ClaimForm(PageForm):
    """Who asks, and for which offices."""

    sites = forms.ModelMultipleChoiceField(
        label=_("Which offices?"),
        help_text=_("Choose all for which you speak."),
        queryset=Site.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one office"),
            "invalid_choice": _("Choose among the offices on this page"),
            "invalid_pk_value": _("Choose among the offices on this page"),
            "invalid_list": _("Choose among the offices on this page"),
        },
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        widget=_box(autocomplete="name"),
        error_messages={
            "required": _("Enter your name"),
            "max_length": _("Shorten the name to %(limit_value)d characters"),
        },
    )
    role = forms.ChoiceField(
        label=_("What do you do there?"),
        choices=Role.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what you do there"), "invalid_choice": _("Say what you do there")},
    )
    email = forms.EmailField(
        label=_("Your e-mail at work"),
        help_text=_("One on the clinic’s own domain makes the check quicker. It becomes your log-in."),
        widget=forms.EmailInput(attrs={"class": "usa-input", "autocomplete": "email"}),
        error_messages={
            "required": _("Enter your e-mail address at work"),
            "invalid": _("Enter the e-mail address like maria@clinic.example.org"),
        },
    )
    phone = PhoneField(
        label=_("Your phone at work"),
        help_text=_("For questions. To check who you are, we call the number in the national registry."),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "usa-input", "type": "tel", "autocomplete": "tel"}),
        error_messages={
            "required": _("Enter the phone number with its area code, like (512) 555-0186"),
        },
    )

    def __init__(self, listing: Listing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listing = listing
        if len(listing.sites) == 1:
            del self.fields["sites"]
            return
        field: Any = self.fields["sites"]  # a model choice field: its type here is that of all fields
        field.queryset = Site.objects.filter(pk__in=[site.pk for site in listing.sites])
        field.choices = _offices(listing)

    def chosen_sites(self) -> list[Site]:
        return list(self.cleaned_data["sites"]) if "sites" in self.fields else list(self.listing.sites)


def _offices(listing: Listing) -> list[tuple[int, str]]:
    """Site and words: North, 1200 Example Pkwy, Austin; at the offices of a doctor, the clinic first."""
    practices = Practice.objects.listed()
    if listing.specialist is None:
        words = office_words(listing.sites, practices.filter(site__clinic=listing.clinic))
        return [(site.pk, words[site.pk]) for site in listing.sites]
    words = office_words(listing.sites, practices.filter(specialist=listing.specialist))
    return [
        (site.pk, ", ".join([*([site.clinic.name] if site.clinic.name != listing.name else []), words[site.pk]]))
        for site in listing.sites
    ]


def _page(listing: Listing, form: ClaimForm) -> dict[str, Any]:
    return {"listing": listing, "offices": [words for _site, words in _offices(listing)], "form": form}


@kept_nowhere
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """First which listing (`?npi=` or `?clinic=`, a slug), then who asks for it."""
    if "sent" in request.GET:
        return render(request, "directory/claim_sent.html", {"lasts_days": settings.CLAIM_LASTS_DAYS})
    asked = request.POST if request.method == "POST" else request.GET
    slug = asked.get("clinic", "")
    find = FindForm(asked) if "npi" in asked and not slug else FindForm()
    if slug:
        listing, status = claims.listing_by_slug(slug), 404
    else:
        listing, status = (find.cleaned_data["npi"] if find.is_valid() else None), 400 if find.is_bound else 200
    if listing is None:
        page = {"find": find, "summary": find.summary() if find.is_bound else [], "unknown_clinic": bool(slug)}
        return render(request, "directory/claim_find.html", page, status=status)
    if request.method != "POST":
        return render(request, "directory/claim.html", _page(listing, ClaimForm(listing)))
    return _send(request, listing)


def _send(request: HttpRequest, listing: Listing) -> HttpResponse:
    form = ClaimForm(listing, request.POST)
    page = _page(listing, form)
    if not form.is_valid():
        return render(request, "directory/claim.html", {**page, "summary": form.summary()})
    try:
        count("claim", request)
    except TooManyToday:
        return too_many(request, "directory/claim.html", page)
    given = form.cleaned_data
    claims.file(
        listing,
        form.chosen_sites(),
        name=given["name"],
        role=given["role"],
        email=given["email"],
        phone=given["phone"],
        language=get_language() or "en",
    )
    return see_other(f"{reverse('clinic-claim')}?sent=1")
