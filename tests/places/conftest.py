from collections.abc import Iterator

import pytest

from tests.places import geocoder_service


@pytest.fixture
def outside(settings) -> Iterator[geocoder_service.Service]:
    """An outside geocoder is set, and this is it."""
    with geocoder_service.running() as service:
        settings.GEOCODER = service.setting
        yield service
