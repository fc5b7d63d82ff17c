"""The words that listings refer to by number: procedures, conditions, insurers, languages, specialty codes.

A few hundred rows, read at once and kept with the version of the directory at which they were read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from directory.models import Condition, Insurer, Language, Procedure, Taxonomy


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """By primary key, in the order of lists."""

    procedures: Mapping[int, Procedure] = field(default_factory=dict)
    conditions: Mapping[int, Condition] = field(default_factory=dict)
    insurers: Mapping[int, Insurer] = field(default_factory=dict)
    languages: Mapping[str, Language] = field(default_factory=dict)
    taxonomies: Mapping[str, Taxonomy] = field(default_factory=dict)
    procedure_ids: Mapping[str, int] = field(default_factory=dict)  # by slug
    insurer_ids: Mapping[str, int] = field(default_factory=dict)  # by slug
    specialties: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # taxonomy code -> code and names
    procedure_order: Mapping[int, int] = field(default_factory=dict)
    slugs: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)  # facet -> primary key -> slug
    done_for: Mapping[str, frozenset[int]] = field(default_factory=dict)  # condition's slug -> procedures

    @classmethod
    def read(cls) -> "Vocabulary":
        """As the tables have it now. Seven queries."""
        conditions = list(Condition.objects.prefetch_related("procedures"))
        procedures = {one.pk: one for one in Procedure.objects.all()}
        insurers = {one.pk: one for one in Insurer.objects.all()}
        languages = {one.pk: one for one in Language.objects.all()}
        taxonomies = {one.pk: one for one in Taxonomy.objects.all()}
        return cls(
            procedures=procedures,
            conditions={one.pk: one for one in conditions},
            insurers=insurers,
            languages=languages,
            taxonomies=taxonomies,
            specialties={
                code: {"code": code, "name": one.name_en, "name_es": one.name_es} for code, one in taxonomies.items()
            },
            procedure_ids={one.slug: pk for pk, one in procedures.items()},
            insurer_ids={one.slug: pk for pk, one in insurers.items()},
            procedure_order={pk: number for number, pk in enumerate(procedures)},
            slugs={
                "procedure": {pk: one.slug for pk, one in procedures.items()},
                "insurer": {pk: one.slug for pk, one in insurers.items()},
                "language": {code: code for code in languages},
            },
            done_for={one.slug: frozenset(each.pk for each in one.procedures.all()) for one in conditions},
        )
