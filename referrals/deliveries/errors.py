"""Why a delivery did not go out."""

import datetime

# The receiving server knows no such address.
RECIPIENT_REFUSED = "recipient_refused"
# A web hook's receiver has answered that it is there no more.
GONE = "gone"


class SendFailed(Exception):
    """`code` is what is recorded (no message: those repeat addresses). `permanent`: trying again is of no use.

    `not_before`: for so long the receiver wants to be left alone.
    """

    def __init__(self, code: str, *, permanent: bool = False, not_before: datetime.timedelta | None = None) -> None:
        self.code, self.permanent, self.not_before = code, permanent, not_before
        super().__init__(code)
