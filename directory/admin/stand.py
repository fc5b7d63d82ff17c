"""Where the rows of a list stand. Without a choice a list shows what still has to be done."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet, TextChoices
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

ALL = "all"


class StandFilter(admin.SimpleListFilter):
    """Each list says which `states` can be chosen, and what it shows without a choice and how that is called."""

    title = _("state")
    parameter_name = "stand"
    states: ClassVar[Sequence[TextChoices]]
    to_do_label: ClassVar[Any]

    def to_do(self, queryset: Any) -> QuerySet[Any]:
        """The rows that wait for somebody."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*((state.value, state.label) for state in self.states), (ALL, _("All"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        chosen = self.value()
        if chosen is None:
            return self.to_do(queryset)
        if chosen == ALL:
            return queryset
        if chosen not in [state.value for state in self.states]:
            raise IncorrectLookupParameters  # rather than an empty list, which would say that there are none
        return queryset.filter(state=chosen)

    def choices(self, changelist: Any) -> Any:
        for number, choice in enumerate(super().choices(changelist)):
            yield choice | {"display": self.to_do_label} if number == 0 else choice
