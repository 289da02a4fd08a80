"""Bringing past answers along: a file of an older survey becomes waves, batches and words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import sha256

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
from surveys import fielding, publishing
from surveys.errors import Refused
from surveys.keyring import Keyring
from surveys.models import LEAST_K, Participation, Version, Wave
from surveys.problems import DefinitionError

PROMISE = "These answers were given to an earlier survey, before Heard, under what it promised."
_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file.

    Args:
        before: it was imported before, and nothing was changed now.
        kept: rows that became replies.
        waves: slugs of the waves they are in.
        unfit: rows that did not fit, each with its reason, in the order of the file.
    """

    before: bool
    kept: int
    waves: tuple[str, ...] = ()
    unfit: tuple[Unfit, ...] = ()


@transaction.atomic
def import_replies(
    *, content: bytes, name: str, plan: Plan, source: str, today: date, keyring: Keyring
) -> Imported:
    """Turn a file into closed waves with batches and words, all of it or nothing.

    Rows of a period with fewer than ten replies are refused: a batch of fewer could be guessed at.
    So are those of a period that this authority has batches of already, from another file.

    Args:
        content, name: of the file. The same content twice changes nothing.
        plan: says which column is what.
        source: the definition of the survey that was asked, as TOML.

    Raises:
        NotReadable: the file as a whole is no CSV in UTF-8 with the columns of the mapping.
        DefinitionError: the definition has problems, or the mapping does not fit it.
        Refused: there is no such authority.
    """
    digest = sha256(content).hexdigest()
    if (before := Import.objects.filter(digest=digest).first()) is not None:
        return Imported(before=True, kept=before.kept)
    authority = Authority.objects.filter(gss_code=plan.authority).first()
    if authority is None:
        raise Refused(f'There is no authority "{plan.authority}". Is the register loaded?')
    version = publishing.publish(source=source, today=today)
    if problems := problems_with(plan, version.definition):
        raise DefinitionError(problems)
    found = list(rows(content, plan))
    unfit = [row for row in found if isinstance(row, Unfit)]
    periods: dict[Period, list[Past]] = defaultdict(list)
    for row in found:
        if isinstance(row, Past):
            periods[row.period].append(row)
    waves = []
    for period, past in sorted(periods.items(), key=lambda each: each[0].first):
        if reason := _why_not(period, past, plan, authority):
            unfit += [Unfit(row.line, reason, row.cells) for row in past]
            continue
        box = _closed_box(period, plan, authority, version, keyring)
        _keep_replies(box, past, plan, today=today)
        _keep_words(box, past, today=today)
        waves.append(box.wave.slug)
    kept = len(found) - len(unfit)
    Import.objects.create(
        digest=digest, name=name[:200], imported_on=today, kept=kept, refused=len(unfit)
    )
    unfit.sort(key=lambda row: row.line)
    return Imported(before=False, kept=kept, waves=tuple(waves), unfit=tuple(unfit))


def _slug(period: Period, plan: Plan) -> str:
    return f"{slugify(plan.called)[:30].strip('-')}-{period.slug}"


def _why_not(period: Period, past: Sequence[Past], plan: Plan, authority: Authority) -> str:
    """Why the rows of a period cannot be kept; empty if they can."""
    if len(past) < LEAST_K:
        return (
            f"there are only {len(past)} replies of {period.name}; fewer than {LEAST_K} are not "
            "kept together, because they could be guessed at"
        )
    if Batch.objects.filter(
        wave__slug=_slug(period, plan), participation__authority=authority
    ).exists():
        return f"replies of {period.name} were imported before, from another file"
    return ""


def _closed_box(
    period: Period, plan: Plan, authority: Authority, version: Version, keyring: Keyring
) -> Participation:
    """The authority's participation in the wave of a period, which is over and has a key."""
    slug = _slug(period, plan)
    wave = Wave.objects.filter(slug=slug).first() or fielding.plan_wave(
        slug=slug,
        name=f"{plan.called}, {period.name}",
        version=version,
        period_start=period.first,
        period_end=period.last,
        opens_on=period.first,
        closes_on=period.last,
        promise=PROMISE,
    )
    box = fielding.join(
        wave=wave, authority=authority, help_name="In an emergency", help_phone="999", eligible={}
    )
    box.wave = fielding.open_wave(wave=wave, keyring=keyring)
    return box


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
