"""What must stay the same so that figures can be compared and added up. Pure.

* An item code means one thing in every age version, in every authority and in every later
  version; an answer code means one answer of it, with one score.
* An age version may offer fewer answers, with the codes and scores of the others (ages 4 to 7
  choose among three). Its shares and means compare with the same age version's anywhere and over
  time. They do not compare with other age versions', because who would say "mostly" must there
  choose a side. Totals over all ages compare with other such totals.
* An authority's own version holds every item of the core, unchanged and in the same order; its own
  items have codes that begin with `local-`, so that nobody adds them up across authorities.
* A version that takes another's place while families answer differs from it in words alone: what
  was sent before and after is opened, mixed and counted as one.
"""

from collections.abc import Iterator
from dataclasses import replace

from surveys.definition import Item, Survey

LOCAL = "local-"


def breaks_between(before: Survey, after: Survey) -> list[str]:
    """Why figures of a survey's next version would not continue those of the one before."""
    earlier = {item.code: item for item in before.items}
    return [
        reason
        for item in after.items
        if item.code in earlier
        for reason in _breaks_of_item(earlier[item.code], item)
    ]


def differences_from_core(core: Survey, local: Survey) -> list[str]:
    """Why an authority's own version cannot be counted with the core; nothing if it can."""
    found = []
    if core.age_versions != local.age_versions:
        found.append("its age versions are not those of the core")
    own = {item.code: item for item in local.items}
    for item in core.items:
        if own.get(item.code) != item:
            what = "differs from the core's" if item.code in own else "is missing"
            found.append(f'item "{item.code}" {what}')
    order = [item.code for item in core.items]
    if not found and [item.code for item in local.items if item.code in set(order)] != order:
        found.append("the core's items are in another order")
    found += [
        f'item "{code}" is its own, so its code must begin with {LOCAL}'
        for code in own
        if code not in order and not code.startswith(LOCAL)
    ]
    return found


def more_than_wording(before: Survey, after: Survey) -> list[str]:
    """What differs between two versions beside their words; nothing if only words do.

    Words are questions, hints, what answers are called, titles, introductions and thanks, and the
    reading ease that is asked of them.
    """
    return list(_more_than_wording(before, after))


def _more_than_wording(before: Survey, after: Survey) -> Iterator[str]:
    if (before.code, before.asked_elsewhere) != (after.code, after.asked_elsewhere):
        yield "it is another survey"
    if [each.code for each in before.age_versions] != [each.code for each in after.age_versions]:
        yield "its age versions are others, or in another order"
    earlier = {item.code: item for item in before.items}
    later = {item.code: item for item in after.items}
    yield from (f'item "{code}" is gone' for code in earlier if code not in later)
    for code, item in later.items():
        if code not in earlier:
            yield f'item "{code}" is new'
        elif _without_words(earlier[code]) != _without_words(item):
            yield f'item "{code}" differs in {", ".join(_differing(earlier[code], item))}'
    if earlier.keys() == later.keys() and list(earlier) != list(later):
        yield "its items are in another order"


_PARTS = {
    "kind": "its kind",
    "construct": "what it measures",
    "ask": "the ages it is asked of",
    "answers": "its answers",
    "look": "how it is shown",
    "shown_when": "when it is shown",
    "longest": "how long words may be",
    "suggestion": "whether it is an idea",
    "topics_of": "whose topics it names",
    "slices": "whether it slices figures",
    "asked_of_grown_up": "which grown-ups answer it",
    "scale": "the scale it shares",
}


def _differing(before: Item, after: Item) -> list[str]:
    old, new = _without_words(before), _without_words(after)
    return [what for name, what in _PARTS.items() if getattr(old, name) != getattr(new, name)]


def _without_words(item: Item) -> Item:
    answers = tuple(
        replace(answer, label=dict.fromkeys(sorted(answer.label), "")) for answer in item.answers
    )
    ask = dict.fromkeys(sorted(item.ask), "")
    return replace(item, ask=ask, hint=None, answers=answers)


def _breaks_of_item(before: Item, after: Item) -> list[str]:
    if before.kind is not after.kind:
        return [f'item "{after.code}" was of kind {before.kind} and is now {after.kind}']
    earlier = {answer.code: answer for answer in before.answers}
    return [
        f'item "{after.code}", answer "{answer.code}" has another score, or counts otherwise'
        for answer in after.answers
        if answer.code in earlier
        and (answer.score, answer.favourable)
        != (earlier[answer.code].score, earlier[answer.code].favourable)
    ]
