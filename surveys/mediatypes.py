"""What a file of sound or film really is, by its bytes and not by its name. Pure.

The signatures are those of the formats' own specifications: ID3v2.4 and ISO/IEC 11172-3 (MP3),
ISO/IEC 14496-12 (M4A and MP4), RFC 3533 (Ogg), the WebM container guidelines.
"""

import re
from dataclasses import dataclass

_EBML = b"\x1a\x45\xdf\xa3"
_A_FILM_TRACK = re.compile(rb"hdlr.{8}vide", re.DOTALL)
_A_SOUND_TRACK = re.compile(rb"hdlr.{8}soun", re.DOTALL)
_A_WEBM_FILM = re.compile(rb"V_(VP8|VP9|AV1)")
_AN_OGG_SOUND = re.compile(rb"OpusHead|\x01vorbis")


@dataclass(frozen=True, slots=True)
class MediaType:
    """A kind of file that browsers play.

    Args:
        ending: of the file's name, without the dot.
        content_type: as browsers are told.
        most: the largest it may be, in bytes. A phone on a poor line fetches it.
    """

    ending: str
    content_type: str
    most: int

    @property
    def is_film(self) -> bool:
        return self.content_type.startswith("video/")


_SOUND, _FILM = 2 * 1024 * 1024, 20 * 1024 * 1024

TYPES = {
    each.ending: each
    for each in (
        MediaType("mp3", "audio/mpeg", _SOUND),
        MediaType("m4a", "audio/mp4", _SOUND),
        MediaType("ogg", "audio/ogg", _SOUND),
        MediaType("mp4", "video/mp4", _FILM),
        MediaType("webm", "video/webm", _FILM),
    )
}


def recognised(content: bytes) -> MediaType | None:
    """What the bytes are; ``None`` where they are none of these."""
    if content[4:8] == b"ftyp":
        return _in_boxes(content)
    if content.startswith(b"OggS") and _AN_OGG_SOUND.search(content[:512]):
        return TYPES["ogg"]
    if content.startswith(_EBML) and b"webm" in content[:64] and _A_WEBM_FILM.search(content):
        return TYPES["webm"]
    return TYPES["mp3"] if _is_mp3(content) else None


def _in_boxes(content: bytes) -> MediaType | None:
    if _A_FILM_TRACK.search(content):
        return TYPES["mp4"]
    return TYPES["m4a"] if _A_SOUND_TRACK.search(content) else None


def _is_mp3(content: bytes) -> bool:
    """A frame of layer III, after the tags that players write before it."""
    frame = content[_tag(content) :].lstrip(b"\0")[:2]
    return len(frame) == 2 and frame[0] == 0xFF and frame[1] in {0xFA, 0xFB, 0xF2, 0xF3, 0xE2, 0xE3}


def _tag(content: bytes) -> int:
    """How long the ID3 tag at the front is: four bytes of seven bits each, and its own ten."""
    if not content.startswith(b"ID3") or len(content) < 10:
        return 0
    size = 0
    for byte in content[6:10]:
        size = size << 7 | byte & 0x7F
    return size + 10
