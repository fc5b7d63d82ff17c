"""Writes the demonstration into an empty directory."""

import datetime
from collections.abc import Iterable, Mapping

from django.db import models, transaction
from django.utils import timezone

from directory import search
from directory.demo import austin, country, towns
from directory.demo.draft import Draft
from directory.models import Clinic, Insurer, Practice, Procedure, Specialist

BATCH = 500


class HoldsRealListings(Exception):
    """The database has listings that are not the demonstration's: nothing was written."""


def is_loaded() -> bool:
    return Specialist.objects.fictional().exists()


def draft_directory(today: datetime.date, procedures: Mapping[str, Procedure]) -> Draft:
    """The whole demonstration as of a day, not yet written. `procedures` are by slug, in their order."""
    draft = Draft(today, procedures)
    people = towns.shares(country.PEOPLE)
    people["TX"] -= len(austin.add(draft))
    country.add(draft, towns.all_states(), people)
    return draft


def load() -> bool:
    """Writes all of it or nothing; False where it is there already. Raises HoldsRealListings."""
    with transaction.atomic():
        if Specialist.objects.real().exists() or (Clinic.objects.exists() and not is_loaded()):
            raise HoldsRealListings
        if is_loaded():
            return False
        procedures = {procedure.slug: procedure for procedure in Procedure.objects.order_by("position", "slug")}
        _write(draft_directory(timezone.localdate(), procedures))
    return True


def _write(draft: Draft) -> None:
    """In the order in which rows refer to each other."""
    for rows in (
        draft.clinics,
        draft.sites,
        draft.specialists,
        draft.registrations,
        draft.practices,
        draft.offerings,
        draft.hours,
        draft.claims,
    ):
        _create(rows)
    speaks = Specialist.languages.through
    _create([speaks(specialist=specialist, language_id=code) for specialist, code in draft.languages])
    takes = Practice.insurers.through
    insurers = dict(Insurer.objects.values_list("slug", "pk"))
    _create([takes(practice=practice, insurer_id=insurers[slug]) for practice, slug in draft.insurers])
    search.rebuild_all()


def _create(rows: Iterable[models.Model]) -> None:
    rows = list(rows)
    type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH)
