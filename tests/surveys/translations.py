"""Drafts in other languages, for any test. Plain functions; every word may be changed."""

from authorities.models import User
from authorities.roles import Role
from surveys.models import Draft, DraftTranslation
from tests.authorities.factories import a_member
from tests.surveys.factories import SOURCE, a_survey, a_translation


def a_draft(source: str = SOURCE) -> Draft:
    """A survey that an author has begun, sound or not."""
    author = a_member(Role.SURVEY_AUTHOR)
    return Draft.objects.create(
        survey="small", name="The next one", source=source, made_by=author, changed_by=author
    )


def in_language(
    draft: Draft, language: str = "cy", *, text: str | None = None, by: User | None = None
) -> DraftTranslation:
    """The draft in a language: whole ("[cy] " and the English), unless a text is given."""
    return DraftTranslation.objects.create(
        draft=draft,
        language=language,
        text=a_translation(a_survey(draft.source), language) if text is None else text,
        changed_by=by or a_member(Role.TRANSLATOR),
    )
