"""The browser that the other tests stand on: it is there, it reaches the site, and it catches what it must."""

import pytest

pytestmark = pytest.mark.browser


def test_a_page_of_the_site_opens(page):
    assert page.goto("/healthz").status == 200


def test_a_visitor_without_javascript_runs_none(visitors):
    page = visitors(java_script_enabled=False)
    page.goto("/healthz")
    page.set_content("<p id=told>quiet</p><script>document.getElementById('told').textContent = 'loud'</script>")
    assert page.locator("#told").text_content() == "quiet"


@pytest.mark.parametrize(
    "asking",
    [
        "<img src='http://elsewhere.example.org/pixel.png'>",
        "<link rel=stylesheet href='https://fonts.example.org/a.css'>",
        "<script>fetch('http://elsewhere.example.org/x').catch(() => 0)</script>",
    ],
)
def test_asking_another_host_for_anything_is_caught(visitors, asking):
    page = visitors()
    page.set_content(asking)
    page.wait_for_timeout(100)
    assert [wrong for wrong in visitors.wrong if ".example.org/" in wrong]
    visitors.wrong.clear()


def test_an_error_in_a_script_is_caught(visitors):
    visitors().set_content("<script>nobody.knows()</script>")
    assert "nobody is not defined" in visitors.wrong[0]
    visitors.wrong.clear()
