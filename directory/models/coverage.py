"""How far the nearest specialist with a procedure is from every county: worked out beforehand, for pictures of it."""

from django.db import models

from directory.models.procedures import Procedure


class Coverage(models.Model):
    """The whole country for one procedure, as of one version of the directory.

    One row for all counties, so that a reader never sees half of an old and half of a new map, and a new one is a
    single short write. Nobody is named in it. `directory.coverage` writes and reads it.
    """

    TO_DRAW = 0  # in the place of the version: the worker draws it anew at once

    procedure = models.OneToOneField(Procedure, on_delete=models.CASCADE, primary_key=True, related_name="coverage")
    number = models.BigIntegerField()  # the version of the directory that was asked
    geography = models.CharField(max_length=16)  # the edition of the county points that it was asked from
    computed_at = models.DateTimeField()
    miles = models.JSONField()  # county's FIPS code -> unrounded miles; null where nobody in the country offers it
    places = models.JSONField()  # [latitude, longitude] of every place where it is offered, each once
    specialists = models.JSONField()  # state -> how many specialists offer it there; "" -> in the whole directory

    example = models.JSONField(
        null=True
    )  # the largest town of a state that has the farthest way: see directory.coverage

    def __str__(self) -> str:
        return f"{self.procedure} {self.number}"
