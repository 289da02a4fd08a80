"""Surveys from elsewhere: an XLSForm (xlsx, xls, csv, md) becomes our own definition. Pure.

`docs/xlsform.md` says what is carried over, what is dropped and what is refused.
"""

from collections.abc import Collection

from surveys.xlsform import containers
from surveys.xlsform.importing import imported
from surveys.xlsform.reports import Imported, Note, NotImportable, SheetProblem

__all__ = ["Imported", "NotImportable", "Note", "SheetProblem", "read"]


def read(
    name: str,
    content: bytes,
    *,
    age_versions: Collection[str] = ("parent",),
    survey_code: str = "",
) -> Imported:
    """The definition that an XLSForm asks for, whole, or nothing.

    Args:
        name: the file's name; its ending tells CSV from Markdown.
        content: the file.
        age_versions: codes of the core survey's age versions that the form is for.
        survey_code: the code of the survey; made from the form's id or title where it is "".

    Raises:
        NotImportable: with everything that stands in the way, by sheet and row. Nothing else is
            raised, whatever the bytes.
    """
    try:
        return imported(name, content, age_versions=age_versions, survey_code=survey_code)
    except NotImportable:
        raise
    # Whoever uploads a file has made no mistake that a page of ours could break on. The tests call
    # `imported` itself, so that nothing hides here.
    except Exception as error:
        raise containers.refusal(
            f"It is in a form that nobody thought of ({type(error).__name__})",
            "Send it to whoever looks after the platform",
        ) from error
