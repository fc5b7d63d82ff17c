"""A link as a QR code, to be taken along on paper."""

import io

from django.utils.safestring import SafeString, mark_safe


def svg(link: str) -> SafeString:
    """A drawing that stands in the page itself: black on white, so that cameras read it in dark mode too."""
    import segno  # noqa: PLC0415 (few pages have a code; each start would load it)

    drawing = io.BytesIO()
    segno.make_qr(link, error="m").save(
        drawing, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, dark="#000", light="#fff", nl=False
    )
    return mark_safe(drawing.getvalue().decode())  # noqa: S308 (squares and numbers; the link itself is not in it)
