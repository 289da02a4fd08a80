"""What kind of file it is, and whether it is safe to open. Pure.

An xlsx file is a zip of XML. Before a library opens one, it is looked at here: how much it unpacks
to, whether its XML declares entities (which can grow without end, or read other files), whether it
is something else with the wrong name.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from surveys.xlsform.reports import NotImportable, SheetProblem

MOST_BYTES = 5_000_000
# The old kind is not looked at before xlrd reads it, which takes some seconds for so much.
MOST_BYTES_OF_XLS = 1_500_000
# A sheet is read row by row and may be long; what else there is, is held in memory at once.
MOST_UNPACKED = 40_000_000
MOST_UNPACKED_AT_ONCE = 12_000_000
MOST_OF_SHEETS = 8_000_000  # of what is left when cells with nothing in them are taken out
MOST_CELLS = 150_000  # openpyxl takes some seconds for so many
MOST_PARTS = 2_000
# Text in XML packs to a twentieth or so; empty rows with a format to a hundredth. A bomb's to a
# thousandth (the most that deflate can).
MOST_TIMES_SMALLER = 300
_SMALL = 1_000_000  # what unpacks to less than this does no harm, however well it was packed
_PIECE = 1 << 20  # bytes that are unpacked at a time
# zipfile unpacks the other kinds (bzip2, LZMA) without a bound, whatever it is asked for.
_PACKED_AS_SHEETS_ARE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_EMPTY_CELL = re.compile(rb'<c(?: [a-z]+="[^"<>]*")* ?(?:/>|></c>)')
_EMPTY_ROW = re.compile(rb'<row(?: [A-Za-z0-9:]+="[^"<>]*")* ?(?:/>|></row>)')
_FORMULA = re.compile(rb"[<:]f[ />]")
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a text for a word processor (RTF)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "packed with gzip"),
    (b"7z\xbc\xaf", "packed with 7-Zip"),
    (b"Rar!", "packed with RAR"),
)
_SAVE_AS_XLSX = "Open it in a spreadsheet and save it as an Excel workbook (.xlsx)"


class FileKind(StrEnum):
    XLSX = "xlsx"
    XLS = "xls"
    TEXT = "text"  # CSV or Markdown


def kind_of(name: str, content: bytes) -> FileKind:
    """What the file is, by its content; its name only helps with the words.

    Raises:
        NotImportable: it is no kind that we read, or not safe to open.
    """
    if not content.strip():
        raise refusal("It is empty", "Choose the file again; it may not have been saved")
    most = MOST_BYTES_OF_XLS if content.startswith(_OLE) else MOST_BYTES
    if len(content) > most:
        raise refusal(
            f"It has {len(content) / 1e6:.1f} million bytes, and a form of its kind has at most "
            f"{most / 1e6:.1f} million",
            "Take out pictures and sheets that are not the form's",
        )
    if content.startswith(_ZIP):
        _refuse_unsafe(content)
        return FileKind.XLSX
    if content.startswith(_OLE):
        _refuse_locked(content)
        return FileKind.XLS
    _refuse_others(name, content)
    return FileKind.TEXT


def refusal(what: str, mend: str) -> NotImportable:
    """About the file as a whole."""
    return NotImportable([SheetProblem("", 0, what, mend)])


@dataclass(frozen=True, slots=True)
class Slim:
    """An xlsx file without what is not read.

    Args:
        formulas: whether a sheet has any: most have none, and need not be read twice.
    """

    content: bytes
    formulas: bool


def slim(content: bytes) -> Slim:
    """An xlsx file without pictures, and without cells that have a format and nothing in them.

    Authors give whole sheets a colour; reading each such cell takes most of a minute.

    Raises:
        NotImportable: what is left of its sheets is too long to read.
    """
    slimmed, left, held, formulas = BytesIO(), 0, 0, False
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(slimmed, "w") as new:
        for part in filter(_is_xml, old.infolist()):
            data = b"".join(_unpacked(old, part))
            if _is_sheet(part):
                data = _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", data))
                left += len(data)
                held += data.count(b"<c ") + data.count(b"<c>") + data.count(b":c ")
                formulas = formulas or _FORMULA.search(data) is not None
            new.writestr(part.filename, data)
    if left > MOST_OF_SHEETS or held > MOST_CELLS:
        raise refusal(
            f"Its sheets hold {held:,} cells in {left / 1e6:.0f} million bytes, and those of a "
            f"form at most {MOST_CELLS:,} in {MOST_OF_SHEETS / 1e6:.0f} million",
            "Copy the form's sheets into a new workbook, and save that",
        )
    return Slim(slimmed.getvalue(), formulas)


def _refuse_others(name: str, content: bytes) -> None:
    for begins, what in _OTHERS:
        if content.startswith(begins):
            raise refusal(f"It is {what}, whatever its name", _SAVE_AS_XLSX)
    start = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<h:html")):
        raise refusal("It is a web page or XML, not a spreadsheet", _SAVE_AS_XLSX)
    ending = name.lower().rpartition(".")[2]
    if ending in {"xlsx", "xls", "xlsm"}:
        raise refusal(
            f"Its name ends in .{ending}, but it is damaged or something else", _SAVE_AS_XLSX
        )


def _refuse_locked(content: bytes) -> None:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise refusal("It is locked with a password", "Save it without a password")


def _refuse_unsafe(content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            _refuse_what_is_no_xlsx(archive, {part.filename for part in parts})
            _refuse_other_packing(parts)
            _refuse_bombs(parts)
            _refuse_entities(archive, parts)
    except NotImportable:
        raise
    except Exception as error:
        raise refusal("It is damaged, or locked with a password", _SAVE_AS_XLSX) from error


def _refuse_what_is_no_xlsx(archive: zipfile.ZipFile, names: set[str]) -> None:
    # What it is comes before whether it is safe, so that the sentence helps most.
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
        raise refusal("It is an OpenDocument file (such as .ods)", _SAVE_AS_XLSX)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise refusal(
            "It has macros (.xlsm)", "Save it as an Excel workbook without macros (.xlsx)"
        )
    if any(name.lower().endswith("workbook.bin") for name in names):
        raise refusal("It is a binary workbook (.xlsb)", _SAVE_AS_XLSX)
    if not any(name.lower().endswith("workbook.xml") for name in names):
        raise refusal("It is a zip, but not an Excel workbook", _SAVE_AS_XLSX)


def _refuse_other_packing(parts: list[zipfile.ZipInfo]) -> None:
    if any(part.compress_type not in _PACKED_AS_SHEETS_ARE for part in parts):
        raise refusal("It is packed in a way that no spreadsheet packs", _SAVE_AS_XLSX)


def _refuse_bombs(parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    at_once = sum(part.file_size for part in parts if not _is_sheet(part) and _is_xml(part))
    packed = sum(part.compress_size for part in parts)
    if packed > MOST_BYTES:
        raise zipfile.BadZipFile("its parts lie over each other: the file has not so many bytes")
    if (
        len(parts) > MOST_PARTS
        or unpacked > MOST_UNPACKED
        or at_once > MOST_UNPACKED_AT_ONCE
        or (unpacked > _SMALL and unpacked > packed * MOST_TIMES_SMALLER)
    ):
        raise refusal(
            f"It unpacks to {unpacked / 1e6:,.0f} million bytes, which no form needs",
            "Copy the form's sheets into a new workbook, and save that",
        )


def _refuse_entities(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    for part in filter(_is_xml, parts):
        for piece in _pieces(archive, part):
            # A NUL is in every XML of two bytes a letter, where these words would hide.
            if b"<!doctype" in piece or b"<!entity" in piece or b"\0" in piece:
                raise refusal(
                    f"Its part {part.filename[:80]} has declarations that no spreadsheet writes",
                    _SAVE_AS_XLSX,
                )


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part in lower case, piece by piece; each begins with the end of the one before."""
    before = b""
    for piece in _unpacked(archive, part):
        lowered = piece.lower()
        yield before + lowered
        before = lowered[-16:]


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part, piece by piece, and no more of it than the file says that there is.

    Not by ``ZipFile.read``, which unpacks all that there is before it cuts it to that size.

    Raises:
        zipfile.BadZipFile: there is more of it, or less, or something else.
    """
    left, checked = part.file_size, 0
    for piece in _inflated(_as_it_lies(archive, part), part.compress_type):
        left, checked = left - len(piece), zlib.crc32(piece, checked)
        if left < 0:
            break
        yield piece
    if left or checked != part.CRC:
        raise zipfile.BadZipFile("a part is not what the file says of it")


def _as_it_lies(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """The bytes of a part in the file, packed; never more than the file has."""
    packed = copy(part)
    packed.compress_type, packed.file_size = zipfile.ZIP_STORED, part.compress_size
    del packed.CRC  # it is of what they unpack to
    return archive.read(packed)


def _inflated(packed: bytes, compress_type: int) -> Iterator[bytes]:
    if compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)  # without the header of zlib
    while not inflating.eof:
        piece = inflating.decompress(packed, _PIECE)
        packed = inflating.unconsumed_tail
        if not (piece or packed or inflating.eof):
            raise zipfile.BadZipFile("a part ends too early")
        yield piece


def _is_xml(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().endswith((".xml", ".rels", ".vml"))


def _is_sheet(part: zipfile.ZipInfo) -> bool:
    return "sheets/" in part.filename
