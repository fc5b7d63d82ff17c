"""Where listings come from: each import that was carried out."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """One import of one file, written in the transaction that wrote its listings."""

    class Kind(models.TextChoices):
        NPPES = "nppes", _("national NPI file")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    file_name = models.CharField(_("file"), max_length=200)
    file_sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    finished_at = models.DateTimeField(_("finished"), default=timezone.now)
    read = models.PositiveIntegerField(_("rows read"))
    kept = models.PositiveIntegerField(_("kept"))
    new = models.PositiveIntegerField(_("new"))
    changed = models.PositiveIntegerField(_("changed"))
    deactivated = models.PositiveIntegerField(_("deactivated"))
    refused = models.PositiveIntegerField(_("refused"))

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-finished_at"]

    def __str__(self) -> str:
        return self.file_name
