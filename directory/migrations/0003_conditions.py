"""Conditions, and those of directory/reference.py: adds what is missing, changes nothing that is there."""

from django.db import migrations, models

from directory import reference


def add_missing(apps, schema_editor):
    """Rows that are there stay as they are, edited or not. Words and procedures come with a new condition only: a
    procedure that an operator took from a condition stays away from it."""
    Condition = apps.get_model("directory", "Condition")
    Procedure = apps.get_model("directory", "Procedure")
    for position, row in enumerate(reference.CONDITIONS, start=1):
        condition, is_new = Condition.objects.get_or_create(
            slug=row.slug,
            defaults={
                "name_en": row.name_en,
                "name_es": row.name_es,
                "words_en": "\n".join(row.words_en),
                "words_es": "\n".join(row.words_es),
                "position": position,
            },
        )
        if is_new:
            condition.procedures.set(Procedure.objects.filter(slug__in=row.procedures))


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_reference_data")]
    operations = [
        migrations.CreateModel(
            name="Condition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="short name in addresses")),
                ("name_en", models.CharField(max_length=120, verbose_name="name")),
                ("name_es", models.CharField(max_length=120, verbose_name="name in Spanish")),
                (
                    "words_en",
                    models.TextField(
                        blank=True,
                        help_text="One phrase per line: scar tissue after back surgery.",
                        verbose_name="people's own words",
                    ),
                ),
                (
                    "words_es",
                    models.TextField(
                        blank=True, help_text="One phrase per line.", verbose_name="people's own words in Spanish"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="position in lists")),
                (
                    "procedures",
                    models.ManyToManyField(
                        help_text="What is done for it. This never says that it helps.",
                        related_name="conditions",
                        to="directory.procedure",
                        verbose_name="procedures",
                    ),
                ),
            ],
            options={
                "verbose_name": "condition",
                "verbose_name_plural": "conditions",
                "ordering": ["position", "name_en"],
            },
        ),
        # The way back needs no step of its own: the table goes, with all that is in it.
        migrations.RunPython(add_missing, migrations.RunPython.noop),
    ]
