"""Every public page in Chromium, once: accessible, nothing wider than a phone, nothing from elsewhere, no error.

The combinations (phone and desktop, light and dark, both languages) take turns; `./run trial browser` sees all of them.
"""

import pytest

from tests import factories
from tests.looks import gates, pages, world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COMBINATIONS = gates.combinations()
AXE = gates.AXE.read_text()


@pytest.mark.parametrize("turn", range(len(COMBINATIONS)), ids=[str(each) for each in COMBINATIONS])
def test_pages_are_accessible_and_fit(visitors, turn):
    people = world.build()
    page = visitors(**COMBINATIONS[turn].options)
    wrong = []
    for look in pages.LOOKS[turn :: len(COMBINATIONS)]:
        wrong += gates.judge(page, look, COMBINATIONS[turn], people, axe=AXE)
    assert not wrong, "\n".join(wrong)


def test_a_demonstration_is_accessible_and_fits(visitors):
    """It says on every page that it is one."""
    demo = factories.practice(clinic=factories.connected_clinic())
    factories.offering(practice=demo)
    combination = gates.Combination(pages.PHONE, "light", "en")
    page = visitors(**combination.options)
    page.goto(f"/specialists/{demo.specialist.slug}/")
    assert page.locator("aside.demo").is_visible()
    assert not gates.complaints(page, AXE)
    assert not page.evaluate(gates.WIDEST)
