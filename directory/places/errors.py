"""The one way in which a place is refused."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Reason(StrEnum):
    """Why a text is no place here."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    CONTROL_CHARACTERS = "control-characters"
    OUT_OF_RANGE = "out-of-range"
    NOT_A_ZIP = "not-a-zip"
    UNKNOWN_ZIP = "unknown-zip"
    MILITARY_ZIP = "military-zip"
    MILITARY_STATE = "military-state"
    WHOLE_STATE = "whole-state"
    CONTRADICTION = "contradiction"
    NO_TOWN = "no-town"
    NO_SUCH_PLACE = "no-such-place"
    FOREIGN = "foreign"


MESSAGES: dict[Reason, Promise] = {
    Reason.EMPTY: _("Type a ZIP code, such as 78701, or a town and state, such as Austin, TX."),
    Reason.TOO_LONG: _(
        "This is too long for a place. Type only a ZIP code, such as 78701, or a town and state, such as Austin, TX."
    ),
    Reason.CONTROL_CHARACTERS: _(
        "This holds characters that cannot be part of a place. "
        "Type a ZIP code, such as 78701, or a town and state, such as Austin, TX."
    ),
    Reason.OUT_OF_RANGE: _(
        "These coordinates are not on the map. The latitude comes first and is between -90 and 90. "
        "The longitude is between -180 and 180. Example: 30.27, -97.74."
    ),
    Reason.NOT_A_ZIP: _("A ZIP code has five digits, such as 78701. Check the digits, or type a town and state."),
    Reason.UNKNOWN_ZIP: _(
        "We do not know this ZIP code. Check the digits, or type a town and state, such as Austin, TX."
    ),
    Reason.MILITARY_ZIP: _(
        "Military ZIP codes (APO, FPO, DPO) have no place on the map. "
        "Type a ZIP code in the United States that is near you, or a town and state."
    ),
    Reason.MILITARY_STATE: _(
        "Military addresses (APO, FPO, DPO) have no place on the map. "
        "Type a ZIP code in the United States that is near you, or a town and state."
    ),
    Reason.WHOLE_STATE: _("A whole state is too large to search around. Add a town, such as Austin, TX."),
    Reason.CONTRADICTION: _("This ZIP code is in another state. Type only the ZIP code, or only the town and state."),
    Reason.NO_TOWN: _("We cannot tell which town this address is in. Add the ZIP code, or the town and state."),
    Reason.NO_SUCH_PLACE: _(
        "We do not know this place. Check the spelling, or type a ZIP code, such as 78701, "
        "or a town and state, such as Austin, TX."
    ),
    Reason.FOREIGN: _(
        "This looks like a place outside the United States. This directory covers the United States and its "
        "territories. Type a ZIP code, such as 78701, or a town and state, such as Austin, TX."
    ),
}


class PlaceNotUnderstood(ValueError):
    """A text that is no place of the United States.

    `text` is what was given (no more than its beginning), `suggestions` are labels that are understood. The message
    says how to mend the text and never repeats it: what people type may say where they live.
    """

    def __init__(self, text: str, reason: Reason, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(text, reason, suggestions)
        self.text = text
        self.reason = reason
        self.suggestions = suggestions

    @property
    def message(self) -> str:
        """In the language of whoever reads it now."""
        return str(MESSAGES[self.reason])

    def __str__(self) -> str:
        return self.message
