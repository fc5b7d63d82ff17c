"""What axe cannot see: the focus shows, text can be doubled, nothing moves for those who asked for stillness."""

from playwright.sync_api import Page

# Own text, the size it is written in and whether some of it is cut off, for all that is not hidden on purpose.
TEXTS = """() => [...document.body.querySelectorAll('*')].filter(e => {
  const box = e.getBoundingClientRect(), hasText = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  return hasText && box.width > 2 && box.height > 2 && e.checkVisibility() && !e.closest('svg, .vh, .usa-sr-only');
}).map(e => {
  const style = getComputedStyle(e), clips = style.overflowY !== 'visible' || style.overflowX !== 'visible';
  const isCut = clips && (e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2);
  return {html: e.outerHTML.slice(0, 100), size: parseFloat(style.fontSize), isCut: isCut};
})"""
DOUBLE = "document.documentElement.style.fontSize = '200%'"
UNDOUBLE = "document.documentElement.style.fontSize = ''"
MOVING = """() => [...document.querySelectorAll('*')].filter(e => {
  const style = getComputedStyle(e), long = text => text.split(',').some(one => parseFloat(one) > 0.01);
  return (style.animationName !== 'none' && long(style.animationDuration)) || long(style.transitionDuration)
    || style.scrollBehavior === 'smooth';
}).map(e => e.outerHTML.slice(0, 100))"""
FOCUSED = "document.activeElement === document.body ? null : document.activeElement.outerHTML.slice(0, 120)"


def unseen_focus(page: Page, *, stops: int = 40) -> list[str]:
    """What the Tab key reaches, within so many stops, without anything in the window changing."""
    unseen = []
    page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
    for _ in range(stops):
        page.keyboard.press("Tab")
        if (focused := page.evaluate(FOCUSED)) is None:
            break
        with_focus = page.screenshot()
        page.evaluate("window.wasFocused = document.activeElement, wasFocused.blur()")
        if page.screenshot() == with_focus:
            unseen.append(focused)
        page.evaluate("wasFocused.focus({preventScroll: true})")
    return unseen


def lost_when_doubled(page: Page) -> list[str]:
    """Text that does not grow to twice its size with the reader's own setting, or is cut off when it does."""
    before = {text["html"]: text for text in page.evaluate(TEXTS)}
    page.evaluate(DOUBLE)
    after = page.evaluate(TEXTS)
    page.evaluate(UNDOUBLE)
    small = [each for each in after if each["html"] in before and each["size"] < 1.9 * before[each["html"]]["size"]]
    cut = [each for each in after if each["isCut"] and not before.get(each["html"], {"isCut": False})["isCut"]]
    return [f"stays small: {each['html']}" for each in small] + [f"is cut off: {each['html']}" for each in cut]


def moving(page: Page) -> list[str]:
    """What moves or fades for a visitor who asked for no motion."""
    found: list[str] = page.evaluate(MOVING)
    return found
