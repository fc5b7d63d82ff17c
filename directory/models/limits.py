"""How often the same sender has sent a form today."""

from django.db import models


class FormCount(models.Model):
    """`who` is a keyed hash of the sender's address, the form and the day: it finds no address, and no other day."""

    who = models.CharField(max_length=64, primary_key=True)
    day = models.DateField(db_index=True)
    sent = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day}: {self.sent}"
