"""A file as an answer: to be saved, never shown within the site, with nothing in its name that somebody typed."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse

from referrals.attachments import keeping, kinds
from referrals.models import Attachment


def answer(attachment: Attachment, pieces: Iterator[bytes]) -> StreamingHttpResponse:
    """Opened as it is sent. Where it turns out to be damaged it ends early, which its length shows."""
    response = StreamingHttpResponse(pieces, content_type=kinds.BY_CODE[attachment.kind].mime)
    response["Content-Length"] = str(attachment.size)
    response["Content-Disposition"] = f'attachment; filename="{keeping.served_name(attachment)}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    response["Content-Encoding"] = "identity"  # it is packed already, and keeps its length
    return response
