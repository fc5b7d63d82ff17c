"""Something is wrong here: a visitor reports a mistake on the page of a doctor or a clinic."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from directory import reports
from directory.forms import LinesField, PageForm
from directory.limits import TooManyToday
from directory.models import Clinic, Practice, Report, Site, Specialist
from directory.models.reports import LONGEST_REMARK
from directory.reports import Place
from directory.views.listings import clinic_at, gone, person_at
from directory.views.sending import count, kept_nowhere, office_words, see_other, too_many

Kind = Report.Kind
UNKNOWN = "unknown"
# Nobody could mend these without knowing which one is meant.
NEEDS_WORDS = {
    Kind.PROCEDURE: _("Say which procedure is not done there"),
    Kind.INSURER: _("Say which insurer is not taken"),
    Kind.OTHER: _("Say in a few words what is wrong"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose page it is, and the offices among which to choose: (value, words, what a report about it is about)."""

    name: str
    back: str
    whole: Place
    offices: Sequence[tuple[str, str, Place]]

    def place(self, value: str) -> Place:
        """What was meant. Where there is one office only, nobody was asked."""
        if len(self.offices) == 1:
            return self.offices[0][2]
        return next((place for known, _words, place in self.offices if known == value), self.whole)


class ReportForm(PageForm):
    kind = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what is wrong"), "invalid_choice": _("Say what is wrong")},
    )
    office = forms.ChoiceField(
        label=_("At which office?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the office, or say that you don’t know"),
            "invalid_choice": _("Choose the office, or say that you don’t know"),
        },
    )
    remark = LinesField(
        label=_("In a few words: what is right instead?"),
        help_text=_(
            "For example the new address, or which procedure you mean. Up to 500 characters. "
            "Write nothing about your health, and no name of a patient."
        ),
        required=False,
        max_length=LONGEST_REMARK,
        widget=forms.Textarea(attrs={"class": "usa-textarea", "rows": 4}),
        error_messages={"max_length": _("Shorten this text to %(limit_value)d characters; it has %(show_value)d")},
    )

    def __init__(self, subject: Subject, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words_for = dict(NEEDS_WORDS)
        if subject.whole.specialist is None:  # which of the clinic's doctors, the office does not say
            self.words_for[Kind.LEFT] = _("Say which doctor no longer works there")
        if len(subject.offices) > 1:
            choices = [(value, words) for value, words, _place in subject.offices]
            field: Any = self.fields["office"]  # a choice field: its type here is that of all fields
            field.choices = [*choices, (UNKNOWN, _("I don’t know"))]
        else:
            del self.fields["office"]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("kind") in self.words_for and not given.get("remark") and "remark" not in self.errors:
            self.add_error("remark", self.words_for[given["kind"]])
        return given


@kept_nowhere
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def specialist(request: HttpRequest, slug: str) -> HttpResponse:
    """About a doctor, at one of the offices."""
    person = person_at(slug)
    if not person.is_active:
        return gone(request)
    if slug != person.slug:
        return HttpResponsePermanentRedirect(reverse("specialist-report", args=[person.slug]))
    return _answer(request, _of_specialist(person))


@kept_nowhere
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def clinic(request: HttpRequest, slug: str) -> HttpResponse:
    """About a clinic, at one of its offices."""
    found = clinic_at(slug)
    if found is None:
        return gone(request)
    if slug != found.slug:
        return HttpResponsePermanentRedirect(reverse("clinic-report", args=[found.slug]))
    subject = _of_clinic(found)
    return _answer(request, subject) if subject.offices else gone(request)


def _of_specialist(person: Specialist) -> Subject:
    practices = list(Practice.objects.listed().filter(specialist=person).select_related("site__clinic").order_by("pk"))
    places = [Place(person, each.site.clinic, each.site, each) for each in practices]
    clinics = {place.clinic for place in places}
    # Which office nobody knows; but where all are of one clinic, that clinic can look.
    whole = Place(person, clinics.pop() if len(clinics) == 1 else None)
    words = office_words([each.site for each in practices], Practice.objects.listed().filter(specialist=person))
    offices = [
        (str(practice.pk), f"{practice.site.clinic}, {words[practice.site_id]}", place)
        for practice, place in zip(practices, places, strict=True)
    ]
    return Subject(person.name, person.get_absolute_url(), whole, offices)


def _of_clinic(found: Clinic) -> Subject:
    practices = Practice.objects.listed().filter(site__clinic=found)
    sites = list(Site.objects.filter(pk__in=practices.values("site")).order_by("pk"))
    words = office_words(sites, practices)
    offices = [(str(site.pk), words[site.pk], Place(clinic=found, site=site)) for site in sites]
    return Subject(found.name, found.get_absolute_url(), Place(clinic=found), offices)


def _answer(request: HttpRequest, subject: Subject) -> HttpResponse:
    """The empty form, the thanks, or what came of sending it."""
    page: dict[str, Any] = {"subject": subject}
    if request.method != "POST":
        template = "directory/report_sent.html" if "sent" in request.GET else "directory/report.html"
        return render(request, template, {**page, "form": ReportForm(subject)})
    form = ReportForm(subject, request.POST)
    page |= {"form": form}
    if not form.is_valid():
        return render(request, "directory/report.html", {**page, "summary": form.summary()})
    try:
        count("report", request)
    except TooManyToday:
        return too_many(request, "directory/report.html", page)
    given = form.cleaned_data
    reports.file(given["kind"], subject.place(given.get("office", "")), given["remark"])
    return see_other(f"{request.path}?sent=1")
