"""What invented families write: ideas by topic, and comments, in three voices. Pure.

Every sentence was made up for this demonstration. Some hold a first name, because real ones will,
and taking names out is a listener's work. A few should make a listener stop.
"""

from collections.abc import Mapping
from random import Random

_VOICES = {"4-7": "young", "8-11": "young", "12-17": "teenage", "18-25": "teenage"}
_OTHERWISE = "parent"

_IDEAS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "listening": {
        "young": (
            "listen to me first and then to mum",
            "sit on the floor with me when we talk",
            "put the laptop away when I tell you things",
        ),
        "teenage": (
            "ask what I think before the meeting, not after it",
            "write down what I actually said, in my words",
            "stop finishing my sentences for me",
        ),
        "parent": (
            "read the notes before you come, so that we do not start again every time",
            "hear both of us, not only the one who shouts loudest",
            "believe us when we say that the mornings are the hard part",
        ),
    },
    "being-told": {
        "young": (
            "tell me what day you are coming",
            "make a picture of what happens next",
            "tell me why we have to move",
        ),
        "teenage": (
            "text me after every meeting with what was decided",
            "tell me the truth even when it is bad news",
            "send me my plan in plain words",
        ),
        "parent": (
            "a short message after each visit saying who does what by when",
            "explain the words on the form, we nod but we do not know them",
            "tell us at once when a date changes",
        ),
    },
    "decisions": {
        "young": (
            "let me choose where we meet",
            "ask me which family days I want",
            "let me bring my friend to the big meeting",
        ),
        "teenage": (
            "let me chair part of my own review",
            "nothing about my school without me in the room",
            "give me two choices, not one that is decided already",
        ),
        "parent": (
            "show us the draft plan a week before, so that we can think about it",
            "let our son say what he wants before the adults start",
            "ask what has worked for us in the past",
        ),
    },
    "workers": {
        "young": (
            "smile more",
            "do not talk in the corridor about us",
            "learn how to say my name right",
        ),
        "teenage": (
            "do not turn up at my school in a lanyard",
            "be on time or say that you are late",
            "treat me like I am not a problem to be solved",
        ),
        "parent": (
            "a bit less judging, we are doing our best",
            "be as kind in the report as you are at our table",
            "train the duty team to be polite on the phone",
        ),
    },
    "same-worker": {
        "young": (
            "let me keep my worker please",
            "when she goes she should say goodbye",
            "not a new one every time",
        ),
        "teenage": (
            "keep one worker for a year, four is too many",
            "let the old worker bring the new one along to say hello",
            "do not make me tell my whole story again",
        ),
        "parent": (
            "one worker from start to finish, or at least a proper handover",
            "tell us before a worker leaves, not when the next one rings",
            "let the family say goodbye",
        ),
    },
    "reaching-people": {
        "teenage": (
            "answer texts, nobody my age rings",
            "a number that works at the weekend",
            "say when you will ring back and then do it",
        ),
        "parent": (
            "one direct number in place of the switchboard",
            "an evening slot for those of us who work",
            "an out of office that names somebody else to ask",
        ),
    },
    "waiting": {
        "teenage": (
            "tell me how long the list is",
            "give us something to do while we wait for a place",
            "halve the wait, it took five months",
        ),
        "parent": (
            "say honestly how long it will take",
            "check on us once while we wait",
            "do not close the case because we missed one letter",
        ),
    },
    "safety": {
        "young": (
            "a night light at contact in winter",
            "make the shouting stop",
            "someone to walk home with",
        ),
        "teenage": (
            "meet somewhere the others from my road cannot see",
            "locks on the bathroom in the house",
            "come when it gets bad, not a week after",
        ),
        "parent": (
            "do not post letters to the old address, he still has a key",
            "a plan for the evenings, that is when it goes wrong",
            "somebody we can ring at night before it becomes a crisis",
        ),
    },
    "home": {
        "young": ("I want my own bed", "a garden would be good", "let the cat come too"),
        "teenage": (
            "visit the place with me before I have to move there",
            "wifi that reaches my room",
            "let us cook for ourselves twice a week",
        ),
        "parent": (
            "help with the damp, it is in every room",
            "talk to housing so that we do not have to",
            "a place nearer to his school",
        ),
    },
    "family": {
        "young": ("see my brother more", "more sleepovers at nan's", "phone dad on his birthday"),
        "teenage": (
            "let me see my sisters without somebody taking notes",
            "pay the train so that I can visit",
            "ask us both before contact is cancelled",
        ),
        "parent": (
            "contact on a Saturday, so that nobody misses school",
            "a warmer room with toys for contact",
            "let the grandparents be part of the plan",
        ),
    },
    "school": {
        "young": ("help me with reading", "do not take me out of PE", "a quiet corner at lunch"),
        "teenage": (
            "meetings after school and not in maths",
            "help with forms for college",
            "tell one teacher, not all of them",
        ),
        "parent": (
            "get school and the team to talk to each other",
            "somebody at the table who knows what the law says about support at school",
            "a part-time start while he settles",
        ),
    },
    "health": {
        "young": ("someone to talk to when I feel wobbly", "less waiting at the doctor"),
        "teenage": (
            "counselling that I can walk to",
            "do not make me say it all again to the doctor",
            "help with sleep, I am tired all the time",
        ),
        "parent": (
            "one list for both teams, not two queues",
            "a nurse who visits, the clinic is two buses away",
            "ask how the parents are, too",
        ),
    },
    "money": {
        "teenage": (
            "explain what I get when I turn eighteen",
            "pay the bus pass on the first of the month",
            "help to open a bank account",
        ),
        "parent": (
            "tell us what we can claim, we found out by chance",
            "vouchers before the holidays, not after",
            "pay travel for visits up front",
        ),
    },
    "things-to-do": {
        "young": ("more football", "a trip to the sea", "come to our club and see"),
        "teenage": (
            "a place to go on Fridays",
            "driving lessons would change everything",
            "a group with others who have been through it",
        ),
        "parent": (
            "a holiday club that takes children like ours",
            "something for the whole family, not only for the little ones",
            "swimming passes",
        ),
    },
}  # fmt: skip

_OPENINGS: Mapping[str, tuple[str, ...]] = {
    "young": ("", "", "", "my idea: ", "it would be good: "),
    "teenage": ("", "", "", "my idea: ", "one thing: "),
    "parent": ("", "", "", "our suggestion: ", "what would help us: "),
}
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "young": ("", "", ".", "!", ", please"),
    "teenage": ("", "", ".", ". It is not hard", ". Other places do it"),
    "parent": (".", "", "", ". Thank you", ". That would be a start"),
}

_COMMENTS: Mapping[str, tuple[str, ...]] = {
    "young": (
        "I like my worker, she is funny",
        "Josh plays cards with me and I win",
        "it was ok",
        "I did not like the long meeting",
        "my worker got me a library card",
        "it is better now than before",
        "I do not want to change house again",
        "the office smells of soup",
        "she came to my school play",
        "I get scared at night when they fight",
    ),
    "teenage": (
        "Priya is the first one who did what she said she would",
        "nobody told me my worker had left, I found out from the front desk",
        "it was better than I thought it would be",
        "the new flat is good, the move was chaos",
        "they mean well but they are always rushing",
        "my adviser helped me with the job forms, I got it",
        "too many meetings and not enough happening",
        "some days I do not see the point of any of it",
        "I would not have stayed at college without them",
        "reviews feel like a test that I did not revise for",
    ),
    "parent": (
        "We were frightened at first, and it turned out to be real help",
        "Three workers in six months. Each was fine, starting again was not",
        "Our worker Dawn always rings back the same day",
        "The plan was clear and we knew what was expected of us",
        "The letters sound like threats, the people do not",
        "The children look forward to the visits",
        "We still do not know who is responsible for what",
        "I felt judged in the first meeting and heard in the second",
        "It came two years too late but it came",
        "He came back last week and I did not know whom to ring",
    ),
}
_AFTERTHOUGHTS = ("", "", "", ".", ". I hope somebody reads this")


def topics() -> frozenset[str]:
    """Codes of the topics that there are ideas about."""
    return frozenset(_IDEAS)


def knows(topic: str, *, age_version: str) -> bool:
    """Whether there are ideas about a topic in the voice of this age."""
    return _VOICES.get(age_version, _OTHERWISE) in _IDEAS.get(topic, {})


def idea(topic: str, *, age_version: str, chance: Random) -> str:
    """A suggestion about a topic; about anything, where none is known for that topic and age."""
    voice = _VOICES.get(age_version, _OTHERWISE)
    known = _IDEAS.get(topic, {}).get(voice) or _IDEAS["listening"][voice]
    said = chance.choice(_OPENINGS[voice]) + chance.choice(known) + chance.choice(_ENDINGS[voice])
    # The young do not always begin with a capital letter, nor do teenagers.
    return said if voice != _OTHERWISE and chance.random() < 0.4 else said[0].upper() + said[1:]


def comment(*, age_version: str, chance: Random) -> str:
    """Anything else somebody wanted to say."""
    voice = _VOICES.get(age_version, _OTHERWISE)
    return chance.choice(_COMMENTS[voice]) + chance.choice(_AFTERTHOUGHTS)
