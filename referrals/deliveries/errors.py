"""Why a delivery did not go out."""

# The receiving server knows no such address.
RECIPIENT_REFUSED = "recipient_refused"


class SendFailed(Exception):
    """`code` is what is recorded (no message: those repeat addresses). `permanent`: trying again is of no use."""

    def __init__(self, code: str, *, permanent: bool = False) -> None:
        self.code, self.permanent = code, permanent
        super().__init__(code)
