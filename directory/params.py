"""The parameters of a search, defined once for page and API: query string -> SearchQuery, or a refusal that helps."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import names, places
from directory.models import Practice, Procedure
from directory.search.query import (
    DEFAULT_PAGE_SIZE,
    DEFAULT_RADIUS_MILES,
    LARGEST_PAGE_SIZE,
    LARGEST_RADIUS_MILES,
    SMALLEST_RADIUS_MILES,
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


def procedure_choices() -> list[tuple[str, str]]:
    """Slug and name of every procedure, in the order of lists."""
    return [(procedure.slug, str(procedure)) for procedure in Procedure.objects.all()]


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
    procedure = django_filters.MultipleChoiceFilter(label=gettext_lazy("procedure"), choices=procedure_choices)
    accepting = django_filters.ChoiceFilter(
        label=gettext_lazy("accepting new patients"),
        choices=[("true", gettext_lazy("yes"))],
        error_messages={"invalid_choice": gettext_lazy("Write accepting=true, or leave accepting out.")},
    )
    q = django_filters.CharFilter(
        label=gettext_lazy("name of a doctor or clinic"),
        max_length=LONGEST_NAME,
        error_messages={"max_length": gettext_lazy("That is too long for a name. Use up to 100 characters.")},
    )
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


PARAMETERS = tuple(SearchFilters.base_filters)
REPEATABLE = frozenset({"procedure"})
PAGING = frozenset({"page", "page_size"})


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
        readable = {name: values for name, values in self._given.items() if values and name not in wrong}
        form = SearchFilters(MultiValueDict(readable), queryset=Practice.objects.none()).form
        form.is_valid()
        problems += [self._refused(form, name, errors.data[0]) for name, errors in form.errors.items()]
        value = form.cleaned_data
        near, refusals = _place(value.get("near", ""))
        problems += refusals
        if value.get("q") and not names.fold(value["q"]):
            message = _("Type at least one letter or digit of the name, or leave it out.")
            problems.append(ParameterProblem("q", value["q"], message))
        if "radius" in readable and not self._given.get("near"):
            message = _("A radius needs a place: add near with a ZIP code or a town, or leave radius out.")
            problems.append(ParameterProblem("radius", self._first("radius"), message))
        if problems:
            raise SearchRefused(problems)
        return SearchQuery(
            near=near,
            radius_miles=value["radius"] or DEFAULT_RADIUS_MILES,
            procedures=tuple(dict.fromkeys(value["procedure"])),
            accepting=bool(value["accepting"]),
            q=value["q"],
            page=value["page"] or 1,
            page_size=value["page_size"] or DEFAULT_PAGE_SIZE,
        )

    @property
    def cleaned_form_values(self) -> Mapping[str, str | list[str]]:
        """What was given, printable and not too long, to fill the form again, also after a refusal."""
        values: dict[str, str | list[str]] = {}
        for name in PARAMETERS:
            cleaned = [UNPRINTABLE.sub("", value)[:LONGEST_PLACE] for value in self._given.get(name, [])]
            values[name] = cleaned if name in REPEATABLE else (cleaned or [""])[0]
        return values

    def query_string(self, *, page: int) -> str:
        """The same search at another page, for a link. Without what was blank."""
        query = QueryDict(mutable=True)
        for name, values in self._given.items():
            query.setlist(name, values)
        query["page"] = str(page)
        return query.urlencode()

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
            elif len(values) > 1 and name not in REPEATABLE:
                message = _("It is given more than once. Give %(name)s once only.") % {"name": name}
                yield ParameterProblem(name, self._first(name), message)

    def _refused(self, form: forms.Form, name: str, error: ValidationError) -> ParameterProblem:
        """A form field's complaint, with the values that would be right where they can be counted."""
        message = "".join(error.messages)
        choices = getattr(form.fields[name], "choices", None)
        if name != "procedure" or choices is None:
            allowed = tuple(str(value) for value, _label in choices or () if value)
            return ParameterProblem(name, self._first(name), message, allowed)
        slugs = tuple(str(value) for value, _label in choices)
        unknown = next(value for value in self._given[name] if value not in slugs)
        close = tuple(difflib.get_close_matches(unknown[:SHOWN].lower(), slugs, n=3))
        message = _("There is no procedure “%(slug)s”. There are: %(allowed)s.") % {
            "slug": shown(unknown),
            "allowed": ", ".join(slugs),
        }
        return ParameterProblem(name, unknown, message, slugs, close)


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
