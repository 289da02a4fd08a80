"""Bringing past answers along: a file of an older survey becomes waves, batches and words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from hashlib import sha256
from json import dumps

from django.db import transaction
from django.utils.text import slugify

from authorities.models import Authority, Setting
from feedback.batching import several_of
from feedback.envelopes import seal
from feedback.mapping import Period, Plan, problems_with
from feedback.models import Batch, Comment, Import, Suggestion
from feedback.past import Past, Unfit, rows
from feedback.replies import Replies, Reply
from feedback.shuffling import shuffled
from feedback.signals import batch_mixed
from surveys import fielding, planning, publishing
from surveys.errors import Refused
from surveys.keyring import Keyring
from surveys.models import LEAST_K, Participation, Version, Wave
from surveys.problems import DefinitionError

PROMISE = "These answers were given to an earlier survey, before Heard, under what it promised."
_ENGLISH = "en"
_MOST_PLACES = 255  # in one batch: a column of Replies has room for no more


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file.

    Args:
        before: it was imported before, and nothing was changed now.
        kept: rows that became replies; in a check, that would.
        waves: slugs of the waves they are in.
        unfit: rows that did not fit, each with its reason, in the order of the file.
    """

    before: bool
    kept: int
    waves: tuple[str, ...] = ()
    unfit: tuple[Unfit, ...] = ()


@transaction.atomic
def import_replies(
    *,
    content: bytes,
    name: str,
    plan: Plan,
    source: str,
    today: date,
    keyring: Keyring,
    check: bool = False,
) -> Imported:
    """Turn a file into closed waves with batches and words, all of it or nothing.

    Rows of a period with fewer than ten replies are refused: a batch of fewer could be guessed at.
    So are those of a period that is not over, or that can take no more replies of this authority.
    Where no row is kept nothing is changed, so that a mended file or mapping may follow.

    Args:
        content, name: of the file. The same content, read in the same way, changes nothing twice.
        plan: says which column is what.
        source: the definition of the survey that was asked, as TOML.
        check: say what would come of it, and change nothing.

    Raises:
        NotReadable: the file as a whole is no CSV in UTF-8 with the columns of the mapping.
        DefinitionError: the definition has problems, or the mapping does not fit it.
        Refused: there is no such authority, or a wave that is there has another survey.
        KeyMissing: the key of a wave that is there is not here.
    """
    authority = Authority.objects.filter(gss_code=plan.authority).first()
    if authority is None:
        raise Refused(f'There is no authority "{plan.authority}". Is the register loaded?')
    version = publishing.publish(source=source, today=today)
    if problems := problems_with(plan, version.definition):
        raise DefinitionError(problems)
    digest = _digest(content, plan, version)
    if (before := Import.objects.filter(digest=digest).first()) is not None:
        return Imported(before=True, kept=before.kept)
    fitting, unfit = _sorted_out(content, plan, authority, today)
    boxes = [(_box(period, plan, authority, version), past) for period, past in fitting]
    kept = sum(len(past) for _, past in boxes)
    if check or not kept:
        # With what was published and planned for the rows that might have been kept.
        transaction.set_rollback(True)
    else:
        for box, past in boxes:
            _keep(box, past, plan, today=today, keyring=keyring)
        Import.objects.create(
            digest=digest, name=name[:200], imported_on=today, kept=kept, refused=len(unfit)
        )
    return Imported(
        before=False,
        kept=kept,
        waves=tuple(box.wave.slug for box, _ in boxes),
        unfit=tuple(unfit),
    )


def _digest(content: bytes, plan: Plan, version: Version) -> str:
    """SHA-256 of a file and of how it is read, so that a mended mapping is another import."""
    # Where the definition's file lies means nothing; what is in it does.
    meaning = dumps([{**asdict(plan), "survey": version.digest}], sort_keys=True)
    return sha256(sha256(content).digest() + meaning.encode()).hexdigest()


def _sorted_out(
    content: bytes, plan: Plan, authority: Authority, today: date
) -> tuple[list[tuple[Period, list[Past]]], list[Unfit]]:
    """The rows to keep, by period, and the others in the order of the file."""
    unfit: list[Unfit] = []
    periods: dict[Period, list[Past]] = defaultdict(list)
    for row in rows(content, plan):
        if isinstance(row, Past):
            periods[row.period].append(row)
        else:
            unfit.append(row)
    fitting = []
    for period, past in sorted(periods.items(), key=lambda each: each[0].first):
        if reason := _why_not(period, past, plan, authority, today):
            unfit += [Unfit(row.line, reason, row.cells) for row in past]
        else:
            fitting.append((period, past))
    return fitting, sorted(unfit, key=lambda row: row.line)


def _slug(period: Period, plan: Plan) -> str:
    return f"{slugify(plan.called)[:30].strip('-')}-{period.slug}"


def _wave_of(period: Period, plan: Plan) -> Wave | None:
    # Locked, so that it is not released or destroyed while replies are added.
    return Wave.objects.select_for_update().filter(slug=_slug(period, plan)).first()


def _why_not(
    period: Period, past: Sequence[Past], plan: Plan, authority: Authority, today: date
) -> str:
    """Why the rows of a period cannot be kept; empty if they can."""
    if period.last >= today:
        return f"{period.name} is not over: its last day is {period.last}"
    if not Authority.objects.in_force_on(period.first).filter(pk=authority.pk).exists():
        return f"{authority} was not in force on {period.first}, when {period.name} began"
    if len(past) < LEAST_K:
        return (
            f"there are only {len(past)} replies of {period.name}; fewer than {LEAST_K} are not "
            "kept together, because they could be guessed at"
        )
    if (places := len({row.setting for row in past} - {""})) > _MOST_PLACES:
        return f"{period.name} names {places} places; {_MOST_PLACES} is the most for one wave"
    wave = _wave_of(period, plan)
    return _why_not_into(wave, period, authority) if wave else ""


def _why_not_into(wave: Wave, period: Period, authority: Authority) -> str:
    """Why a wave that is there can take no replies of an authority; empty if it can."""
    if Batch.objects.filter(wave=wave, participation__authority=authority).exists():
        return f"replies of {period.name} were imported before, from another file"
    if wave.promise != PROMISE:
        return f'the wave "{wave.slug}" is no import: call the imported ones something else'
    if wave.key_destroyed_on is not None:
        return f"the key of {wave} is destroyed, so that no reply could be counted"
    if wave.released_on is not None:
        return f"{wave} is released, so that its figures can take no more replies"
    return ""


def _box(period: Period, plan: Plan, authority: Authority, version: Version) -> Participation:
    """The authority's participation in the wave of a period, which is over.

    Raises:
        Refused: the wave is there, and what was asked there cannot be counted with this.
    """
    wave = _wave_of(period, plan) or planning.plan_wave(
        slug=_slug(period, plan),
        name=f"{plan.called}, {period.name}",
        version=version,
        period_start=period.first,
        period_end=period.last,
        opens_on=period.first,
        closes_on=period.last,
        promise=PROMISE,
    )
    # With its own version: a wave that is there may have been asked with another.
    try:
        return fielding.join(
            wave=wave,
            authority=authority,
            help_name="In an emergency",
            help_phone="999",
            version=version,
            eligible={},
        )
    except Refused as refusal:
        raise Refused(
            f"{refusal} Use the definition that {wave} was imported with, or call these waves "
            "something else in the mapping (time, called)."
        ) from None


def _keep(
    box: Participation, past: Sequence[Past], plan: Plan, *, today: date, keyring: Keyring
) -> None:
    box.wave = fielding.open_wave(wave=box.wave, keyring=keyring)
    # Without it nothing could be counted. Of a wave that was there it may be lost.
    keyring.private_key(box.wave.key_name)
    _keep_replies(box, past, plan, today=today)
    _keep_words(box, past, today=today)


def _keep_replies(box: Participation, past: Sequence[Past], plan: Plan, *, today: date) -> None:
    settings = _settings(box.authority, {row.setting for row in past} - {""})
    replies = Replies.of(
        [
            Reply(plan.age_version, _ENGLISH, settings.get(row.setting, ""), row.given.answers)
            for row in shuffled(past)
        ],
        several=several_of(box.version.definition),
    )
    batch = Batch.objects.create(
        wave=box.wave,
        participation=box,
        area=box.authority.gss_code,
        channel=plan.channel,
        mixed_on=today,
        size=replies.size,
        sealed=seal(replies.to_bytes(), bytes(box.wave.public_key or b"")),
    )
    transaction.on_commit(partial(batch_mixed.send_robust, Batch, batch_id=batch.pk))


def _settings(authority: Authority, names: Iterable[str]) -> Mapping[str, str]:
    """The code of each place by its name; those that are new are made."""
    codes = dict(Setting.objects.filter(authority=authority).values_list("name", "code"))
    for name in sorted(set(names) - codes.keys()):
        stem = slugify(name)[:50].strip("-") or "place"
        taken = set(codes.values())
        code = next(
            each for each in (stem, *(f"{stem}-{n}" for n in range(2, 999))) if each not in taken
        )
        Setting.objects.create(authority=authority, code=code, name=name)
        codes[name] = code
    return codes


def _keep_words(box: Participation, past: Sequence[Past], *, today: date) -> None:
    """In an order of chance, as words that are opened: nothing joins them to a reply."""
    ideas = {item.code for item in box.version.definition.items if item.suggestion}
    place = {"wave": box.wave, "authority": box.authority, "opened_on": today}
    written = shuffled(
        (item in ideas, text) for row in past for item, text in row.given.words.items()
    )
    Suggestion.objects.bulk_create(Suggestion(text=text, **place) for idea, text in written if idea)
    Comment.objects.bulk_create(Comment(text=text, **place) for idea, text in written if not idea)
