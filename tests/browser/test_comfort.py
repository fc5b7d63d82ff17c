"""A phone, large text, a keyboard, no wish for motion: a few pages of each kind; `./run trial browser` sees all."""

import pytest

from tests.looks import comfort, gates, pages, world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHOSEN = ("home", "results", "specialist", "guide-adhesiolysis", "request-errors")


@pytest.fixture
def open_pages(visitors):
    """Each of the chosen ones, opened on a phone whose owner wants no motion."""
    people = world.build()
    combination = gates.Combination(pages.PHONE, "light", "en")
    page = visitors(**combination.options)

    def each():
        for look in pages.LOOKS:
            if look.name in CHOSEN:
                page.goto(combination.address(look, people))
                look.then(page)
                yield look.name, page

    return each


def test_whoever_moves_by_keyboard_sees_where(open_pages):
    unseen = {name: comfort.unseen_focus(page, stops=12) for name, page in open_pages()}
    assert not any(unseen.values()), unseen


def test_text_of_twice_the_size_is_all_there_on_a_phone(open_pages):
    for name, page in open_pages():
        assert not comfort.lost_when_doubled(page), name
        page.evaluate(comfort.DOUBLE)
        assert not page.evaluate(gates.WIDEST), name


def test_nothing_moves_for_those_who_asked_for_stillness(open_pages):
    moving = {name: comfort.moving(page) for name, page in open_pages()}
    assert not any(moving.values()), moving


def test_what_the_three_look_for_is_found(visitors):
    page = visitors(**gates.Combination(pages.PHONE, "light", "en").options)
    page.set_content("""<!DOCTYPE html><html><head></head><body>
        <a href="/" class="blind">unseen</a><p class="fixed">stays small</p>
        <p class="tight">is cut off where it grows</p>
        <p class="lively">moves</p></body></html>""")
    page.evaluate("""() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`.blind { outline: none } .fixed { font-size: 12px } .lively { transition: all 1s }
            .tight { height: 1.5rem; width: 8rem; overflow: hidden; font-size: 1rem } .tight { height: 40px }`);
        document.adoptedStyleSheets = [sheet];
    }""")
    assert [each for each in comfort.unseen_focus(page) if "unseen" in each]
    lost = comfort.lost_when_doubled(page)
    assert [each for each in lost if "stays small" in each and "fixed" in each]
    assert [each for each in lost if "is cut off" in each and "tight" in each]
    assert [each for each in comfort.moving(page) if "lively" in each]
