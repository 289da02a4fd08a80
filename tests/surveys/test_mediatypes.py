"""What a file is, by its bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.mediatypes import TYPES, recognised
from tests.surveys.media import FTYP, M4A, MP3, MP4, OGG, TAGGED_MP3, WEBM


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (MP3, "mp3"),
        (TAGGED_MP3, "mp3"),
        (M4A, "m4a"),
        (MP4, "mp4"),
        (OGG, "ogg"),
        (WEBM, "webm"),
    ],
)
def test_each_kind_is_recognised_by_its_bytes(content: bytes, ending: str) -> None:
    assert recognised(content) == TYPES[ending]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<script>alert(1)</script>",
        b"MZ\x90\x00",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b"ID3",
        TAGGED_MP3[:-10].replace(b"\xff\xfb", b"<h"),
        FTYP,  # neither sound nor film in it
        b"OggS" + bytes(60),
        WEBM.replace(b"webm", b"matr"),
        WEBM.replace(b"V_VP9", b"A_AAC"),
    ],
)
def test_what_is_something_else_is_not_recognised(content: bytes) -> None:
    assert recognised(content) is None


@given(st.binary(max_size=400))
def test_any_bytes_are_one_of_these_or_none(content: bytes) -> None:
    assert recognised(content) in {None, *TYPES.values()}


def test_a_film_may_be_ten_times_as_large_as_a_sound() -> None:
    most = {each.ending: each.most // 2**20 for each in TYPES.values()}

    assert most == {"mp3": 2, "m4a": 2, "ogg": 2, "mp4": 20, "webm": 20}
