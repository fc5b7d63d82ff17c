"""What the search reads: a row of numbers and a document for each listed practice, and the log of their versions.

They repeat what the other tables say, and are written in the same transaction (`directory.search.rebuild`).
"""

from django.db import models


class DirectoryVersion(models.Model):
    """The one row that whoever changes the directory writes last: its lock makes commit order the order of versions."""

    number = models.BigIntegerField(default=0)
    layout = models.PositiveSmallIntegerField(default=0)  # of the search rows; see directory.search.packing
    aged_on = models.DateField(null=True)  # the day as of which partners were told what had aged

    class Meta:
        constraints = [models.CheckConstraint(name="directory_version_is_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return str(self.number)


class Change(models.Model):
    """One version of the directory, as a process that searches learns of it.

    Numbers increase, and go by the clock: a database put back from a copy never has the number of a version it lost.
    """

    number = models.BigIntegerField(primary_key=True)
    practices = models.PositiveIntegerField()  # so many search rows have this number, or had it
    vocabulary = models.BooleanField(default=False)  # procedures, insurers, languages or other words changed

    def __str__(self) -> str:
        return str(self.number)


class SearchRow(models.Model):
    """One practice as numbers. A practice that is not listed any more keeps a row without any."""

    practice = models.BigIntegerField(primary_key=True)
    npi = models.BigIntegerField(db_index=True)
    number = models.BigIntegerField(db_index=True)  # the version that wrote it
    fixed = models.BinaryField()  # these formats are those of directory.search.packing
    offerings = models.BinaryField()
    insurers = models.BinaryField()
    languages = models.BinaryField()
    words = models.BinaryField()

    def __str__(self) -> str:
        return str(self.practice)


class ListingDocument(models.Model):
    """One practice as it is shown: JSON, without anything that depends on the day or the reader's language.

    The one before is kept too: a process that still answers from the version before shows what it found.
    """

    practice = models.BigIntegerField()
    number = models.BigIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint("practice", "number", name="listing_document_once_a_version")]

    def __str__(self) -> str:
        return f"{self.practice} {self.number}"
