"""Words that the directory keeps in both of its languages."""

from django.db import models
from django.utils.translation import get_language


class Bilingual(models.Model):
    """Has `name_en` and `name_es`; `name` is the one for the reader."""

    name_en: str
    name_es: str

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the active language; in English where there is no Spanish word."""
        return (self.name_es if get_language() == "es" else "") or self.name_en
