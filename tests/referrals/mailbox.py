"""A real SMTP server, and the directory as it is when it is no demonstration."""

import socket
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Receiver

from directory import npi, search
from directory.models import Specialist
from tests import factories

SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Mailbox(Receiver):
    """What arrived. `refuse` is answered to every recipient, where it is set."""

    def __init__(self) -> None:
        super().__init__()
        self.port = 0
        self.mails: list[Message] = []
        self.refuse = ""

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 (aiosmtpd's name)
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message: Message) -> None:
        self.mails.append(message)


def start(mailbox: Mailbox | None = None) -> tuple[Mailbox, Controller]:
    """A real SMTP server on a free port, and how to stop it."""
    mailbox = mailbox or Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    mailbox.port = port
    return mailbox, controller


def through(settings, smtp) -> None:
    options = {"host": "127.0.0.1", "port": smtp.port, "timeout": 5}
    settings.MAILERS = {**settings.MAILERS, "default": {"BACKEND": SMTP, "OPTIONS": options}}


def real(austin) -> None:
    """The directory is no demonstration any more: the clinic's specialist gets a number that can be issued."""
    issued = npi.with_check_digit(190_000_001)
    austin.practice.specialist = factories.specialist(npi=issued)
    austin.practice.save()
    Specialist.objects.fictional().delete()
    search.rebuild_all()
