"""Two procedures get the Spanish name that fits the select box of a phone; the long one goes on as a synonym."""

from django.db import migrations

# slug, the name until now, the name from now on
NAMES = (
    ("facet-joint-injection", "Inyección en la articulación facetaria", "Inyección facetaria"),
    ("sacroiliac-joint-injection", "Inyección en la articulación sacroilíaca", "Inyección sacroilíaca"),
)


def shorten(apps, schema_editor):
    """A name that an operator has changed stays."""
    Procedure = apps.get_model("directory", "Procedure")
    for slug, long, short in NAMES:
        for procedure in Procedure.objects.filter(slug=slug, name_es=long):
            procedure.name_es = short
            procedure.save(update_fields=["name_es"])
            procedure.synonyms.get_or_create(name=long, defaults={"language": "es"})


def lengthen(apps, schema_editor):
    Procedure = apps.get_model("directory", "Procedure")
    for slug, long, short in NAMES:
        for procedure in Procedure.objects.filter(slug=slug, name_es=short):
            procedure.synonyms.filter(name=long).delete()
            procedure.name_es = long
            procedure.save(update_fields=["name_es"])


class Migration(migrations.Migration):
    dependencies = [("directory", "0009_language")]
    operations = [migrations.RunPython(shorten, lengthen)]
