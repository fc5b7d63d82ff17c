"""How American English writes a date: October 12, 2026, never Oct. 12."""

DATE_FORMAT = "F j, Y"
