"""How American English writes a date: October 12, 2026, never Oct. 12; with an hour, always the hour of which place."""

DATE_FORMAT = "F j, Y"
DATETIME_FORMAT = "F j, Y, g:i a T"
