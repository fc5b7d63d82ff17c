"""Writes directory/reference.py into the database: adds what is missing, changes nothing that is there."""

from contextlib import suppress

from django.db import migrations
from django.db.models import ProtectedError

from directory import reference


def add_missing(apps, schema_editor):
    """Rows that are there stay as they are, edited or not. Synonyms come with a new procedure only: a synonym that an
    operator took out stays out."""
    Procedure = apps.get_model("directory", "Procedure")
    for position, row in enumerate(reference.PROCEDURES, start=1):
        procedure, is_new = Procedure.objects.get_or_create(
            slug=row.slug, defaults={"name_en": row.name_en, "name_es": row.name_es, "position": position}
        )
        if is_new:
            named = [(name, "en") for name in row.also_en] + [(name, "es") for name in row.also_es]
            synonyms = procedure.synonyms.model
            synonyms.objects.bulk_create(
                synonyms(procedure=procedure, name=name, language=language) for name, language in named
            )
    for name, key, rows in _keyed_rows():
        model = apps.get_model("directory", name)
        there = set(model.objects.values_list(key, flat=True))
        model.objects.bulk_create(model(**row) for row in rows if row[key] not in there)


def take_out_unused(apps, schema_editor):
    """The way back: rows that nobody edited and nothing refers to go, all others stay."""
    Procedure = apps.get_model("directory", "Procedure")
    for position, row in enumerate(reference.PROCEDURES, start=1):
        procedures = Procedure.objects.filter(
            slug=row.slug, name_en=row.name_en, name_es=row.name_es, position=position
        )
        for procedure in procedures:
            _delete_unless_used(procedure)
    used_by = {"Taxonomy": "registrations", "Language": "specialists", "Insurer": "practices"}
    for name, _key, rows in _keyed_rows():
        model = apps.get_model("directory", name)
        for row in rows:
            model.objects.filter(**row, **{f"{used_by[name]}__isnull": True}).delete()


def _delete_unless_used(procedure):
    with suppress(ProtectedError):  # offered or claimed somewhere: it stays
        procedure.delete()


def _keyed_rows():
    """(model, the field that names a row, its rows as dictionaries)"""
    taxonomies = [row._asdict() | {"is_pain": row.is_pain} for row in reference.TAXONOMIES]
    return [
        ("Taxonomy", "code", taxonomies),
        ("Language", "code", [row._asdict() for row in reference.LANGUAGES]),
        ("Insurer", "slug", [row._asdict() for row in reference.INSURERS]),
    ]


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]
    operations = [migrations.RunPython(add_missing, take_out_unused)]
