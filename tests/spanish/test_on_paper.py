"""Spanish is a third longer: the page to print still is one page."""

import re

import pytest

from tests.looks import pages, world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["", "/es"])
def test_the_packet_is_one_letter_page(visitors, language):
    people = world.build()
    look = next(look for look in pages.LOOKS if look.name == "packet")
    page = visitors()
    page.goto(language + look.address.format(**vars(people)))
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1
