"""The core survey, *Your say*, and its translations, as files beside this one. Pure."""

from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "your-say.toml"


def source() -> str:
    """The definition, as TOML."""
    return SOURCE.read_text(encoding="utf-8")


def translations() -> dict[str, str]:
    """The texts of its PO files by language code."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.po"))}
