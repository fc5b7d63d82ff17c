"""JSON by orjson."""

from typing import Any

import orjson
from rest_framework.renderers import JSONRenderer


class OrjsonRenderer(JSONRenderer):
    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        # Texts that are translated late are the only thing that is not plain
        return b"" if data is None else orjson.dumps(data, default=str)
