"""docs/screens.md shows every page that there is, and no other."""

from tests.looks import screenshots


def test_the_pictures_are_those_of_the_pages_there_are():
    assert screenshots.INDEX.read_text() == screenshots.index()
    wanted = {
        screenshots.file_name(look, width, language)
        for look in screenshots.pictured()
        for width in screenshots.SCALE
        for language in screenshots.LANGUAGES
    }
    assert {path.name for path in screenshots.FOLDER.iterdir()} == wanted


def test_no_page_is_left_out_by_a_name_that_nobody_has():
    assert {look.name for look in screenshots.LOOKS} >= screenshots.LEFT_OUT
