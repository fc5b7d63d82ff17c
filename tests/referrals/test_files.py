"""Files by themselves: what they are, how they are sealed, what a scanner says of them. No request, no page."""

import io
import itertools
import os
import socket
import threading
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.attachments import folder, kinds, scanner
from referrals.vault import files
from referrals.vault.keys import VaultError
from tests.referrals import documents

KEY = bytes(range(32))
SIZES = [1, files.PIECE - 1, files.PIECE, files.PIECE + 1, 3 * files.PIECE]


def opened(sealed: bytes, key: bytes = KEY) -> bytes:
    return b"".join(files.unseal(key, io.BytesIO(sealed)))


def pieces(content: bytes) -> list[bytes]:
    return list(files.seal(KEY, content))


# ---- sealing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_a_sealed_file_opens_as_it_was_and_its_length_is_known(size):
    content = os.urandom(size)
    sealed = b"".join(pieces(content))
    assert opened(sealed) == content
    assert len(sealed) == files.sealed_size(size)
    assert content[:1000] not in sealed or size == 1


def test_no_piece_can_be_left_out_exchanged_repeated_or_taken_from_another_file():
    head, *body = pieces(bytes(3 * files.PIECE))
    other = list(files.seal(files.new_key(), bytes(3 * files.PIECE)))[1:]
    for order in itertools.chain.from_iterable(itertools.product(body, repeat=count) for count in range(5)):
        if list(order) != body:
            with pytest.raises(VaultError):
                opened(head + b"".join(order))
    with pytest.raises(VaultError):
        opened(head + other[0] + b"".join(body[1:]))


def test_what_was_given_out_before_the_damage_is_right():
    content = os.urandom(2 * files.PIECE)
    reading = files.unseal(KEY, io.BytesIO(b"".join(pieces(content))[:-1]))
    assert next(reading) == content[: files.PIECE]
    with pytest.raises(VaultError):
        next(reading)


@settings(max_examples=60)
@given(st.data())
def test_one_changed_byte_anywhere_is_noticed(data):
    sealed = bytearray(b"".join(pieces(b"a report")))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(VaultError):
        opened(bytes(sealed))


def test_another_key_opens_nothing():
    with pytest.raises(VaultError):
        opened(b"".join(pieces(b"a report")), files.new_key())


def test_two_files_never_look_the_same():
    assert list(files.seal(files.new_key(), b"a")) != list(files.seal(files.new_key(), b"a"))


# ---- what it is -----------------------------------------------------------------------------------------------------

WHOLE = {"pdf": documents.pdf(), "png": documents.png(), "jpeg": documents.jpeg()}


@pytest.mark.parametrize("code", WHOLE)
def test_each_kind_is_known_by_what_stands_in_it(code):
    assert kinds.of(WHOLE[code]).code == code


@pytest.mark.parametrize("code", WHOLE)
def test_a_file_that_was_cut_off_anywhere_is_not_taken(code):
    whole = WHOLE[code].rstrip()
    for length in range(len(whole)):
        with pytest.raises(kinds.NotTaken):
            kinds.of(whole[:length])


@pytest.mark.parametrize("code", ["png", "jpeg"])
def test_what_phones_put_behind_a_photo_is_left_alone(code):
    assert kinds.of(WHOLE[code] + b"a short film").code == code


def test_a_pdf_may_begin_and_end_with_what_scanners_write_around_it():
    assert kinds.of(b"\xef\xbb\xbf\r\n" + documents.pdf() + b"\r\n" + bytes(600)).code == "pdf"


@pytest.mark.parametrize("at", [20, 60])
def test_a_png_with_a_changed_byte_is_not_taken(at):
    changed = bytearray(documents.png("words that are not looked at"))
    changed[at] ^= 1
    with pytest.raises(kinds.NotTaken) as refused:
        kinds.of(bytes(changed))
    assert refused.value.why == "broken"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script>", "unknown"),
        (b"PK\x03\x04 a Word document", "unknown"),
        (b"GIF89a", "unknown"),
        (b"MZ", "unknown"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "heic"),
        (bytes(128) + b"DICM\2\0", "disc"),
        (b"%PDF-1.4\nstartxref\n99999\n%%EOF", "broken"),
        (b"%PDF-1.4\n%%EOF", "broken"),
        (b"\xff\xd8\xff\xd9", "broken"),
        (b"\x89PNG\r\n\x1a\n", "broken"),
    ],
)
def test_what_is_none_of_the_three_or_not_whole_is_refused_with_the_reason(content, why):
    with pytest.raises(kinds.NotTaken) as refused:
        kinds.of(content)
    assert refused.value.why == why


@given(st.sampled_from([b"", b"%PDF-1.7\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]), st.binary(max_size=300))
def test_no_bytes_make_it_fail_otherwise(head, rest):
    try:
        kinds.of(head + rest)
    except kinds.NotTaken as refused:
        assert refused.why in ("empty", "heic", "disc", "unknown", "broken")


# ---- the folder -----------------------------------------------------------------------------------------------------


@pytest.fixture
def place(settings, tmp_path):
    settings.ATTACHMENT_FOLDER = tmp_path / "deep" / "attachments"
    return settings.ATTACHMENT_FOLDER


def test_nobody_else_on_the_machine_can_look_into_the_folder(place):
    pk = uuid.uuid4()
    folder.write(pk, [b"sealed"])
    assert place.stat().st_mode & 0o777 == 0o700
    assert (place / f"{pk}.sealed").stat().st_mode & 0o777 == 0o600


def test_of_a_file_that_could_not_be_written_nothing_is_left(place):
    def breaks():
        yield b"some"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        folder.write(uuid.uuid4(), breaks())
    assert list(place.iterdir()) == []


def test_a_second_name_outlives_the_first(place):
    first, second = uuid.uuid4(), uuid.uuid4()
    folder.write(first, [b"sealed"])
    folder.again(second, first)
    folder.delete(first)
    with folder.read(second) as sealed:
        assert sealed.read() == b"sealed"
    folder.delete(first)  # twice does no harm


def test_where_the_file_system_has_no_second_names_the_file_is_copied(place, monkeypatch):
    def refuses(*args):
        raise OSError("not supported")

    monkeypatch.setattr(os, "link", refuses)
    first, second = uuid.uuid4(), uuid.uuid4()
    folder.write(first, [b"sealed"])
    folder.again(second, first)
    with folder.read(second) as sealed:
        assert sealed.read() == b"sealed"


# ---- the scanner ----------------------------------------------------------------------------------------------------


def test_clamd_is_sent_the_whole_file_and_its_word_is_understood(settings, tmp_path):
    for path in ("", str(tmp_path / "clamd.sock")):
        with documents.clamd(path) as (daemon, setting):
            settings.ATTACHMENT_SCANNER = setting
            scan = scanner.connected()
            assert scan(iter([b"a report", b" of two pieces"])) is False
            assert scan(iter([b"with EICAR in it"])) is True
            assert daemon.scanned == [b"a report of two pieces", b"with EICAR in it"]


def test_a_file_that_is_too_long_for_clamd_counts_as_not_scanned():
    with documents.clamd(most=100) as (_daemon, setting), pytest.raises(scanner.NotScanned):
        scanner.clamd(setting.removeprefix("clamd:"), iter([bytes(50_000)] * 400))


@pytest.mark.parametrize("place", ["127.0.0.1:1", "unix:/nowhere/clamd.sock", "nobody.invalid:3310"])
def test_a_scanner_that_does_not_answer_is_away(place):
    with pytest.raises(scanner.ScannerAway):
        scanner.clamd(place, iter([b"a report"]))


def test_a_scanner_that_hangs_up_without_a_word_is_away():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=lambda: listening.accept()[0].close(), daemon=True).start()
        with pytest.raises(scanner.ScannerAway):
            scanner.clamd(f"127.0.0.1:{listening.getsockname()[1]}", iter([b"a report"]))


def always_infected(pieces) -> bool:
    return any(pieces)


def test_a_function_of_the_operators_can_be_the_scanner(settings):
    settings.ATTACHMENT_SCANNER = f"{__name__}.always_infected"
    assert scanner.connected()([b"a report"]) is True
    settings.ATTACHMENT_SCANNER = ""
    assert scanner.connected() is None
