"""What partners are told: which listings changed, in an order that nobody who reads along can miss a part of."""

from django.db import models


class ListingChange(models.Model):
    """That something which partners may have a copy of is another now, or gone. What it is now stands in the tables.

    `directory.search.feed` writes them while it holds the directory's version, so the numbers become visible in their
    order: whoever has read up to one never meets a smaller one later. Nothing of a listing is kept here, so nothing
    that was hidden or taken out lives on in it.
    """

    class Kind(models.TextChoices):
        SPECIALIST = "specialist"
        CLINIC = "clinic"
        PROCEDURE = "procedure"
        INSURER = "insurer"

    seq = models.BigIntegerField(primary_key=True)
    number = models.BigIntegerField()  # the version that wrote it; no other history has a row with both numbers
    kind = models.CharField(max_length=12, choices=Kind)
    key = models.CharField(max_length=120)  # the NPI, or the slug
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index("kind", "key", "seq", name="listing_change_newest"),
            models.Index("number", "seq", name="listing_change_by_version"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.key}"


class AnnouncedWord(models.Model):
    """A word of the directory (a procedure, an insurer, a specialty) as partners were last told of it."""

    kind = models.CharField(max_length=12)
    row = models.CharField(max_length=20)  # its primary key
    key = models.CharField(max_length=120)  # what it is called in addresses
    digest = models.CharField(max_length=32)  # of all that is shown of it

    class Meta:
        constraints = [models.UniqueConstraint("kind", "row", name="word_announced_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
