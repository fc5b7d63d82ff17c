"""The parameters of a search, defined once for page and API: query string -> SearchQuery, or a refusal that helps."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import evidence, names, places, search
from directory.models import Practice, Specialist
from directory.search.query import (
    DEFAULT_PAGE_SIZE,
    DEFAULT_RADIUS_MILES,
    LARGEST_PAGE_SIZE,
    LARGEST_RADIUS_MILES,
    SMALLEST_RADIUS_MILES,
    SORTS,
    SearchQuery,
)

LONGEST_PLACE, LONGEST_NAME = 200, 100
# As much of a wrong value as is repeated to the asker.
SHOWN = 40
# So many unknown parameters are named; whoever sends more has not mistyped them.
COMPLAINTS = 10

# Control characters, and what stands for bytes that were no text. Tabs and line ends come with pasted addresses.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\ud800-\udfff]")
# Python itself also reads 1_000, 1e3, nan and other scripts' digits; a mistyped address is no place for these.
DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{0,30})?", re.ASCII)
WHOLE = re.compile(r"[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ParameterProblem:
    """What is wrong with one parameter, and how to mend it. `given` is the asker's own affair: never log it."""

    parameter: str
    given: str
    message: str
    allowed: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()


class SearchRefused(Exception):
    """The parameters are not understood. Its text names the parameters, not what they held."""

    def __init__(self, problems: Iterable[ParameterProblem]) -> None:
        self.problems = tuple(problems)
        known = [problem.parameter for problem in self.problems if problem.parameter in SearchFilters.base_filters]
        super().__init__(", ".join(known) or "an unknown parameter")

    @property
    def suggestions(self) -> tuple[str, ...]:
        """What may have been meant instead, for all parameters together."""
        return tuple(suggestion for problem in self.problems for suggestion in problem.suggestions)


class MilesField(forms.FloatField):
    def to_python(self, value: Any) -> Any:  # Django's FloatField is an IntegerField, so says its type
        if isinstance(value, str) and not DECIMAL.fullmatch(value.strip()):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class WholeNumberField(forms.IntegerField):
    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str) and not WHOLE.fullmatch(value.strip()):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class MilesFilter(django_filters.Filter):
    field_class = MilesField


class WholeNumberFilter(django_filters.Filter):
    field_class = WholeNumberField


def _number_messages(message: Promise) -> dict[str, Promise]:
    """One message for all that can be wrong with a number: it says which numbers are right."""
    return dict.fromkeys(("invalid", "min_value", "max_value"), message)


def _words(kind: str) -> Callable[[], list[tuple[str, str]]]:
    """The choices among words that the directory keeps, in the order of lists: slug (of a language its code) and name.

    As this process read them last; what is not among them is looked for once more before it is refused.
    """

    def choices() -> list[tuple[str, str]]:
        words = getattr(search.known().vocabulary, kind).values()
        return [(word.pk if kind == "languages" else word.slug, str(word)) for word in words]

    return choices


def _choice(label: Promise, *values: str) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(label=label, choices=[(value, value) for value in values])


class SearchFilters(django_filters.FilterSet):
    """All parameters there are. The filtering itself is the engine's: `qs` is not used."""

    near = django_filters.CharFilter(
        label=gettext_lazy("ZIP code, town or address"),
        max_length=LONGEST_PLACE,
        error_messages={"max_length": gettext_lazy("That is too long. Type a ZIP code, or a town and its state.")},
    )
    radius = MilesFilter(
        label=gettext_lazy("miles away at most"),
        min_value=SMALLEST_RADIUS_MILES,
        max_value=LARGEST_RADIUS_MILES,
        error_messages=_number_messages(gettext_lazy("Give the miles as a number from 1 to 500, like 50.")),
    )
    procedure = django_filters.MultipleChoiceFilter(label=gettext_lazy("procedure"), choices=_words("procedures"))
    condition = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("condition: any procedure that is done for it"), choices=_words("conditions")
    )
    insurer = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("insurer whose plans are taken"), choices=_words("insurers")
    )
    language = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("language spoken with patients"), choices=_words("languages")
    )
    gender = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("gender of the specialist"), choices=Specialist.Gender.choices
    )
    accepting = _choice(gettext_lazy("accepting new patients"), "true")
    telehealth = _choice(gettext_lazy("video visits"), "true")
    requests = _choice(gettext_lazy("takes requests here for the procedure given"), "online")
    evidence = _choice(gettext_lazy("at least this evidence for the procedure given"), *evidence.TIERS)
    q = django_filters.CharFilter(
        label=gettext_lazy("name of a doctor or clinic"),
        max_length=LONGEST_NAME,
        error_messages={"max_length": gettext_lazy("That is too long for a name. Use up to 100 characters.")},
    )
    sort = _choice(gettext_lazy("order"), *SORTS)
    page = WholeNumberFilter(
        label=gettext_lazy("page"),
        min_value=1,
        error_messages=_number_messages(gettext_lazy("Pages are whole numbers and begin with 1.")),
    )
    page_size = WholeNumberFilter(
        label=gettext_lazy("specialists on a page"),
        min_value=1,
        max_value=LARGEST_PAGE_SIZE,
        error_messages=_number_messages(gettext_lazy("A page can hold from 1 to 100 specialists.")),
    )
    facets = _choice(gettext_lazy("counts for each procedure, insurer and language"), "true")


PARAMETERS = tuple(SearchFilters.base_filters)
# Whose values are words that the directory keeps, and what there is none of where one is not among them.
NO_SUCH = {
    "procedure": gettext_lazy("There is no procedure “%(slug)s”. There are: %(allowed)s."),
    "condition": gettext_lazy("There is no condition “%(slug)s”. There are: %(allowed)s."),
    "insurer": gettext_lazy("There is no insurer “%(slug)s”. There are: %(allowed)s."),
    "language": gettext_lazy("There is no language “%(slug)s”. There are: %(allowed)s."),
    "gender": gettext_lazy("There is no gender “%(slug)s” in the directory. There are: %(allowed)s."),
}
# All but the filters, of which any value given will do.
SINGLE = frozenset({"near", "radius", "sort", "page", "page_size", "facets"})


@cache
def _fields() -> Mapping[str, forms.Field]:
    """The form fields of all parameters. Made once: a form for each request would cost more than the search."""
    return SearchFilters(queryset=Practice.objects.none()).form.fields


class SearchParams:
    """The parameters of one request, for page and API alike."""

    def __init__(self, data: QueryDict) -> None:
        self._data = data
        # a blank parameter is as if absent
        given = {name: [" ".join(value.split()) for value in values] for name, values in data.lists()}
        self._given = {name: list(filter(None, values)) for name, values in given.items()}

    def query(self) -> SearchQuery:
        """The question, checked. Raises SearchRefused with all that is wrong at once."""
        problems = [*islice(self._unknown(), COMPLAINTS), *self._unreadable()]
        wrong = {problem.parameter for problem in problems}
        value: dict[str, Any] = {}
        for name in PARAMETERS:
            if self._given.get(name) and name not in wrong:
                try:
                    value[name] = self._clean(name)
                except ValidationError as error:
                    problems.append(self._refused(name, error))
        near, refusals = _place(value.get("near", ""))
        problems += refusals
        problems += self._contradictions(value)
        if problems:
            raise SearchRefused(problems)
        return SearchQuery(
            near=near,
            radius_miles=value.get("radius", DEFAULT_RADIUS_MILES),
            procedures=_each(value, "procedure"),
            conditions=_each(value, "condition"),
            insurers=_each(value, "insurer"),
            languages=_each(value, "language"),
            genders=_each(value, "gender"),
            accepting="accepting" in value,
            telehealth="telehealth" in value,
            requests_online="requests" in value,
            evidence=min(value.get("evidence", ()), key=evidence.TIERS.index, default=None),
            q=_each(value, "q"),
            sort=value.get("sort"),
            page=value.get("page", 1),
            page_size=value.get("page_size", DEFAULT_PAGE_SIZE),
            facets="facets" in value,
        )

    def _clean(self, name: str) -> Any:
        field, values = _fields()[name], self._given[name]
        if name in SINGLE:
            return field.clean(values[0])
        if name not in NO_SUCH:
            return [field.clean(value) for value in values]
        try:
            return field.clean(values)
        except ValidationError:
            search.latest()  # the word may be new
            return field.clean(values)

    def _contradictions(self, value: Mapping[str, Any]) -> Iterable[ParameterProblem]:
        """What is right by itself and means nothing without another parameter."""
        has_place = bool(self._given.get("near"))
        if not all(map(names.fold, value.get("q", ()))):
            yield self._problem("q", _("Type at least one letter or digit of the name, or leave it out."))
        if "radius" in value and not has_place:
            message = _("A radius needs a place: add near with a ZIP code or a town, or leave radius out.")
            yield self._problem("radius", message)
        if value.get("sort") == "distance" and not has_place:
            message = _("To sort by distance a place is needed: add near with a ZIP code or a town.")
            yield self._problem("sort", message)
        procedures = set(self._given.get("procedure", ()))
        if value.get("sort") in ("evidence", "wait") and len(procedures) != 1:
            yield self._problem("sort", _("To sort by evidence or wait, give one procedure."))
        for name in ("requests", "evidence"):
            if name in value and not procedures:
                message = _("This speaks of a procedure: add procedure, or leave %(name)s out.") % {"name": name}
                yield self._problem(name, message)

    def _problem(self, name: str, message: str) -> ParameterProblem:
        return ParameterProblem(name, self._first(name), message)

    @property
    def cleaned_form_values(self) -> Mapping[str, str | list[str]]:
        """What was given, printable and not too long, to fill the form again, also after a refusal."""
        values: dict[str, str | list[str]] = {}
        for name in PARAMETERS:
            cleaned = [UNPRINTABLE.sub("", value)[:LONGEST_PLACE] for value in self._given.get(name, [])]
            values[name] = (cleaned or [""])[0] if name in SINGLE else cleaned
        return values

    def query_string(self, *, page: int) -> str:
        """The same search at another page, for a link. Without what was blank."""
        given = [(name, value) for name, values in self._given.items() if name != "page" for value in values]
        return urlencode([*given, ("page", str(page))])

    def _first(self, name: str) -> str:
        return (self._given.get(name) or [""])[0]

    def _unknown(self) -> Iterable[ParameterProblem]:
        for name in self._given:
            if name not in SearchFilters.base_filters:
                close = difflib.get_close_matches(name[:SHOWN].lower(), PARAMETERS, n=1)
                message = _("There is no parameter “%(name)s”. There are: %(allowed)s.")
                if close:
                    message = _("There is no parameter “%(name)s”. Did you mean %(close)s? There are: %(allowed)s.")
                words = {"name": shown(name), "close": "".join(close), "allowed": ", ".join(PARAMETERS)}
                yield ParameterProblem(shown(name), self._first(name), message % words, PARAMETERS)

    def _unreadable(self) -> Iterable[ParameterProblem]:
        """What no form field should have to see."""
        for name, values in self._given.items():
            if name not in SearchFilters.base_filters:
                continue
            if any(UNPRINTABLE.search(value) for value in values):
                message = _("There are characters in it that cannot be shown. Type it again by hand.")
                yield ParameterProblem(name, self._first(name), message)
            elif len(values) > 1 and name in SINGLE:
                message = _("It is given more than once. Give %(name)s once only.") % {"name": name}
                yield ParameterProblem(name, self._first(name), message)

    def _refused(self, name: str, error: ValidationError) -> ParameterProblem:
        """A form field's complaint, with the values that would be right where they can be counted."""
        choices = getattr(_fields()[name], "choices", None)
        if choices is None:
            return self._problem(name, "".join(error.messages))
        slugs = tuple(str(value) for value, _label in choices if value)
        if name not in NO_SUCH:
            message = _("Write %(choices)s, or leave %(name)s out.")
            written = get_text_list([f"{name}={slug}" for slug in slugs], _("or"))
            return ParameterProblem(name, self._first(name), message % {"choices": written, "name": name}, slugs)
        unknown = next(value for value in self._given[name] if value not in slugs)
        close = tuple(difflib.get_close_matches(unknown[:SHOWN].lower(), slugs, n=3))
        message = str(NO_SUCH[name]) % {"slug": shown(unknown), "allowed": ", ".join(slugs)}
        return ParameterProblem(name, unknown, message, slugs, close)


def _each(value: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.get(name, ())))


def _place(text: str) -> tuple[places.Understood | None, list[ParameterProblem]]:
    if not text:
        return None, []
    try:
        return places.understand(text), []
    except places.PlaceNotUnderstood as error:
        return None, [ParameterProblem("near", error.text, error.message, suggestions=error.suggestions)]


def shown(text: str) -> str:
    """A stranger's text as it may be repeated to them: printable, and not too long."""
    printable = UNPRINTABLE.sub("", text)
    return printable if len(printable) <= SHOWN else f"{printable[:SHOWN]}…"
