"""Small sounds and films: as much of each as tells what it is."""

from pathlib import Path

FTYP = b"\x00\x00\x00\x14ftypisom\x00\x00\x02\x00isom"
MP3 = b"\xff\xfb\x90\x64" + bytes(413)
TAGGED_MP3 = b"ID3\x04\x00\x00\x00\x00\x01\x05" + bytes(133) + MP3
M4A = FTYP + b"\x00\x00\x00\x21hdlr" + bytes(8) + b"soun" + bytes(13)
MP4 = M4A + b"\x00\x00\x00\x21hdlr" + bytes(8) + b"vide" + bytes(13)
OGG = b"OggS\x00\x02" + bytes(22) + b"OpusHead" + bytes(11)
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + bytes(40) + b"\x86\x85V_VP9" + bytes(20)


def a_folder(folder: Path, **files: bytes) -> Path:
    """A folder of recordings, by names such as ``8-11/en/safe.mp3`` (a dictionary, unpacked)."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
