"""Two people publish: one proposes a draft as it is, and another agrees.

What was proposed is kept with the proposal, so that what is published is what was agreed with,
whatever became of the draft since.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from authorities import access, audit
from authorities.models import User
from authorities.roles import Permission
from surveys import grammar, publishing, succeeding
from surveys.definition import Survey
from surveys.errors import Refused
from surveys.models import Draft, Proposal, Version, Wave
from surveys.problems import DefinitionError

_LONGEST_WHY = 2_000
State = Proposal.State


@transaction.atomic
def propose(
    *,
    draft: Draft,
    revision: int,
    languages: Iterable[str] = (),
    why: str,
    wave: Wave | None = None,
    by: User,
    now: datetime,
) -> Proposal:
    """Ask that a draft is published as it is now, in these languages beside English.

    Args:
        revision: the one that the person had before them.
        wave: the open wave in which it is to take the place of the version, for better words.

    Raises:
        PermissionDenied: the person does not write surveys.
        Refused: it has problems, is published already or waits already, or could not take that
            place. Nothing is proposed.
    """
    access.require(by, Permission.WRITE_SURVEYS)
    why = _reason(why, "Say why it should be published, for whoever is to agree.")
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.revision != revision:
        raise Refused(
            f"{draft.changed_by.name} changed this draft since you opened it. Look at it again, "
            "then propose it."
        )
    survey = _whole(draft)
    texts = _texts(draft, languages)
    _refuse_unfit(survey, texts, wave, now)
    digest = publishing.content_digest(draft.source, texts)
    _refuse_published(digest, wave)
    try:
        with transaction.atomic():
            proposal = Proposal.objects.create(
                draft=draft,
                source=draft.source,
                translations=texts,
                digest=digest,
                wave=wave,
                why=why,
                proposed_by=by,
                proposed_at=now,
            )
    except IntegrityError:
        raise Refused(
            "This draft is proposed already, and waits for somebody to agree. Take that proposal "
            "back first."
        ) from None
    audit.record(actor=by, act="survey proposed", subject=_named(proposal), why=why)
    return proposal


@transaction.atomic
def agree(*, proposal: Proposal, why: str = "", by: User, now: datetime) -> Version:
    """Publish what was proposed, and let it take its place if that was asked. May be called twice.

    Raises:
        PermissionDenied: the person may not agree to surveys.
        Refused: they proposed it themselves, it was decided otherwise, or it cannot be published
            any more. Nothing has changed.
    """
    access.require(by, Permission.APPROVE_SURVEYS)
    proposal = _locked(proposal)
    if proposal.version is not None:
        return proposal.version
    _refuse_decided(proposal)
    if proposal.proposed_by_id == by.pk:
        raise Refused("Two people publish: somebody else must agree with what you proposed.")
    today = timezone.localdate(now)
    try:
        version = publishing.publish(
            source=proposal.source, translations=proposal.translations, today=today
        )
    except DefinitionError as error:
        raise Refused(f"It has problems now:\n{error}") from None
    if proposal.wave is not None:
        succeeding.succeed(
            wave=proposal.wave,
            after=version,
            asked_by=proposal.proposed_by,
            agreed_by=by,
            why=proposal.why,
            today=today,
        )
    _decide(proposal, State.AGREED, why, by=by, now=now, version=version)
    return version


@transaction.atomic
def decline(*, proposal: Proposal, why: str, by: User, now: datetime) -> Proposal:
    """Do not publish what was proposed, and say why. May be called twice.

    Raises:
        PermissionDenied: the person may not agree to surveys.
        Refused: no reason is given, or it was decided otherwise.
    """
    access.require(by, Permission.APPROVE_SURVEYS)
    why = _reason(why, "Say why not, so that its author knows what to mend.")
    proposal = _locked(proposal)
    if proposal.state != State.DECLINED:
        _refuse_decided(proposal)
        _decide(proposal, State.DECLINED, why, by=by, now=now)
    return proposal


@transaction.atomic
def withdraw(*, proposal: Proposal, by: User, now: datetime) -> Proposal:
    """Take a proposal back: whoever made it, or anyone who writes surveys. May be called twice.

    Raises:
        PermissionDenied: the person does not write surveys.
        Refused: it was decided already.
    """
    access.require(by, Permission.WRITE_SURVEYS)
    proposal = _locked(proposal)
    if proposal.state != State.WITHDRAWN:
        _refuse_decided(proposal)
        _decide(proposal, State.WITHDRAWN, "", by=by, now=now)
    return proposal


def _locked(proposal: Proposal) -> Proposal:
    # Locked without a join: PostgreSQL would look again at the row it waited for, and not at those
    # joined to it, so that whoever comes second would find it agreed and without its version.
    return Proposal.objects.select_for_update().get(pk=proposal.pk)


def _decide(
    proposal: Proposal,
    state: str,
    why: str,
    *,
    by: User,
    now: datetime,
    version: Version | None = None,
) -> None:
    proposal.state, proposal.decision = state, why.strip()
    proposal.decided_by, proposal.decided_at, proposal.version = by, now, version
    proposal.save(update_fields=["state", "decision", "decided_by", "decided_at", "version"])
    published = f", published as {version}" if version else ""
    audit.record(
        actor=by,
        act=f"proposal {State(state).label.lower()}",
        subject=_named(proposal) + published,
        why=why.strip(),
    )


def _whole(draft: Draft) -> Survey:
    """Raises: Refused: it is put away, or has problems."""
    if draft.put_away:
        raise Refused("This draft was put away. Take it up again first.")
    try:
        return grammar.parse(draft.source)
    except DefinitionError as error:
        number = len(error.problems)
        raise Refused(
            f"The draft has {number} problem{'' if number == 1 else 's'} to mend before it can be "
            f"published:\n{error}"
        ) from None


def _texts(draft: Draft, languages: Iterable[str]) -> dict[str, str]:
    wanted = set(languages)
    texts = dict(draft.translations.values_list("language", "text"))
    if unknown := sorted(wanted - texts.keys()):
        raise Refused(f"The draft is not in {', '.join(unknown)}.")
    return {code: text for code, text in texts.items() if code in wanted}


def _refuse_unfit(survey: Survey, texts: dict[str, str], wave: Wave | None, now: datetime) -> None:
    publishing.refuse_unfit(survey, texts)
    if wave is not None:
        today = timezone.localdate(now)
        succeeding.refuse_unfit(wave=wave, survey=survey, translations=texts, today=today)


def _refuse_published(digest: str, wave: Wave | None) -> None:
    same = Version.objects.filter(digest=digest).first()
    if same is None:
        return
    if wave is None:
        raise Refused(f"Nothing would be new: {same} has the same words in the same languages.")
    if same == wave.version:
        raise Refused(f"Nothing would be new: {wave} asks {same} already.")


def _refuse_decided(proposal: Proposal) -> None:
    if proposal.state != State.WAITING:
        raise Refused(f"This proposal was {State(proposal.state).label.lower()} already.")


def _reason(why: str, missing: str) -> str:
    if not 0 < len(why.strip()) <= _LONGEST_WHY:
        raise Refused(
            missing if not why.strip() else f"Say it in at most {_LONGEST_WHY} characters."
        )
    return why.strip()


def _named(proposal: Proposal) -> str:
    return f"{proposal.draft.name}, {proposal.digest[:12]}"
