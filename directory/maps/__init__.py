"""Maps of a few places, drawn as SVG: lines of counties and states, towns, rings of distance, pins that never overlap.

Pure: numbers and names in, numbers and paths out. Knows no models, no pages and no language.
"""

from directory.maps.drawing import IN_COLUMN, Drawing, Pin, Ring, Town, near, together

__all__ = ["IN_COLUMN", "Drawing", "Pin", "Ring", "Town", "near", "together"]
