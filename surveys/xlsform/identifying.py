"""Whether a question in words asks who somebody is. Pure.

By the question's name, its English label and its hint. It would rather take one question too many
for such: what is dropped is said, and can be asked again in the draft. It cannot know every way to
ask, so a person looks at each question in words that is carried.
"""

import re
from typing import Final

_LONGEST: Final = 300  # a longer label or hint is refused in any case

_NAMES: Final = frozenset(
    {
        "name", "fullname", "firstname", "lastname", "surname", "middlename", "yourname",
        "childname", "childsname", "parentname", "respondentname", "respname", "clientname",
        "patientname", "username", "phone", "phonenumber", "phoneno", "mobile", "mobilenumber",
        "mobileno", "telephone", "tel", "contactnumber", "contact", "email", "emailaddress",
        "address", "homeaddress", "street", "postcode", "zip", "zipcode", "dob", "dateofbirth",
        "birthdate", "nhsnumber", "ninumber", "nationalid", "idnumber", "passport", "signature",
        "casenumber", "caseid", "respondentid", "clientid", "patientid", "deviceid",
        "initials", "yourinitials", "nickname", "knownas", "nhsno", "upn", "uln", "pupilid",
        "participantid", "participantno", "participantnumber", "studentid", "ipaddress", "carreg",
        "carregistration", "numberplate", "age", "yourage", "childage", "childsage",
        "schoolname", "nameofschool", "workername", "socialworkername", "birthday", "yearofbirth",
        "contactdetails", "instagram", "snapchat", "whatsapp", "insta", "snap",
    }
)  # fmt: skip

# Of whom, and of which places, a name tells who answers. "Worker" has the kinds of worker in it.
_PEOPLE: Final = (
    r"(?:respondent|child|children|kid|young\ person|parent|carer|client|patient|interviewee"
    r"|participant|pupil|student|mother|father|mum|mummy|mam|mom|dad|daddy|caregiver|guardian"
    r"|grandparent|grandmother|grandfather|nan|gran|grandma|grandad|aunt|uncle|head|brother|sister"
    r"|sibling|son|daughter|baby|partner|husband|wife|friend|teacher|doctor|gp|nurse|midwife"
    r"|health\ visitor|solicitor|advocate|counsellor|therapist|worker|manager|person|family)"
)
_PLACES: Final = (
    r"(?:street|road|house|estate|village|town|city|area|district|borough|county|neighbourhood"
    r"|post\ ?code|school|college|nursery|academy|playgroup|university|church|mosque|surgery"
    r"|employer|workplace|children[’']?s\ home|care\ home|placement|hostel|ward|country)"
)
_SOCIAL: Final = (
    r"(?:insta(?:gram)?|snap(?:chat)?|tik\ ?tok|whats\ ?app|facebook|messenger|twitter|discord"
    r"|telegram|linkedin|you\ ?tube|xbox|playstation|roblox|skype|facetime)"
)
_OWN: Final = r"(?:your|his|her|their|my|(?:the|your)\ " + _PEOPLE + r"[’']?s?[’']?)"
# "No" as short for number, and not as in "in this case no one came".
_NUMBER: Final = r"(?:id|ids|number|numbers|nos?\.|no\b(?!\ [a-z])|nr|\#|code|ref|reference)"

_ASKING: Final = (
    # What somebody is called, in whole or in part.
    rf"""
      \b{_OWN}[ -]?(?:[\w-]+[’']?s?[’']?\ ){{0,2}}(?:nick)?names?\b
    | \b(?:your|full|first|last|middle|family|given|maiden|preferred)[ -]names?\b
    | \bsurnames?\b | \bnick ?names?\b | \binitials\b | \bfirst\ letters?\ of\ {_OWN}
    | \w[’']s\ names?\b | \b{_PEOPLE}s?[’']?\ names?\b
    | \bnames?\ (?:and\ [\w-]+\ )?of\ (?:[\w-]+\ ){{0,3}}(?:{_PEOPLE}|{_PLACES})s?\b
    | ^\W*(?:[\w’'-]+\W+){{0,2}}names?\W*(?:\(.*)?$
    | \bwhat(?:[’']?s|\ is|\ are)\ {_OWN}\ (?:[\w’'-]+\ ){{0,4}}(?:called|known\ as)\b
    | \bwhat\ (?:are|is|were|r)\ (?:you|he|she|they|{_OWN}\ [\w’'-]+)\ (?:called|known\ as)\b
    | \bwhat\ (?:do|does|should|shall|can|may|could)\ [\w\ ’']{{1,30}}\ call\ (?:you|him|her|them)\b
    | \bwho\ (?:are|r)\ (?:you|u)\ *(?:[^\w\s]|$) | \bwho(?:[’']?s|\ is)\ this\ *(?:[^\w\s]|$)
    | \bwho(?:[’']?s|\ is|\ are|\ was|\ were)\ {_OWN}[ ]
    | \bwho(?:[’']?s|\ is)\ (?:answering|filling|completing|replying|writing|responding)\b
    | \b(?:say|tell\ us|write|state)\ who\ you\ are\b | \b(?:identify|introduce)\ yourself\b
    | \bsignature\b | \bsign\ (?:here|your|below)\b
    """,
    # Numbers and marks that are somebody's.
    rf"""
      \b(?:nhs|ni|national\ insurance|social\ security|passport|driving\ licen[cs]e|case|client
        |patient|reference|pupil|student|learner|candidate|participant|respondent|user|staff
        |employee|record|file|hospital|membership|member|registration|account|policy|card|identity
        |national|child|customer|unique|hospital|survey|personal|house|flat|door|bank|sort)
        \ (?:record\ |reference\ )?{_NUMBER}(?!\w)
    | \b(?:upn|uln|nino|uprn)\b | \bids?\b(?!\ *[’']) | \bi\.d\.
    | \bnhs\ n | \bnational\ insurance\b | \bsocial\ security\b | \bpassport\b
    | \bidentity\ card\b | \bnational\ card\b
    | \b(?:number|licen[cs]e|registration)\ ?plates?\b
    | \b(?:car|vehicle|van|bike)[’']?s?\ reg(?:istration)?\b
    | \b(?:ip|mac|web)\ address\b | \buser ?names?\b | \bgamer ?tags?\b | \bscreen\ names?\b
    """,
    # Ways to reach somebody.
    rf"""
      \b(?:phone|mobile|telephone|cell|contact|whatsapp|daytime|landline|home|work)\ ?
        (?:number|numbers|nos?\.|no\b(?!\ [a-z])|\#)
    | \byour\ (?:own\ )?numbers?\b(?!\ (?:one|1|of)\b)
    | \b(?:leave|give|write|type|drop|send)\ (?:us\ |me\ )?(?:a|the|her|his|their|my)[ ]
        (?:contact|number|phone|e-?mail)\b(?!\ (?:of|from|one)\b)
        (?!\ to\ (?!ring|call|text|phone|reach))
    | \byour\ (?:tele)?phone\b | \byour\ mobile\b | ^\W*(?:tele)?phone\W*$ | ^\W*mobile\W*$
    | \bcontact\ (?:details?|info\w*)\b
    | \be-?mail\ address\b | \byour\ e-?mail\b | ^\W*e-?mail\W*$
    | \b(?:how|where|when)\ (?:can|could|should|shall|may|do|would)\ (?:we|i|someone|somebody)[ ]
        (?:[\w-]+\ )?(?:contact|reach|ring|call|phone|text|e-?mail|message|find|write\ to
        |get\ (?:in\ touch\ with|hold\ of|back\ to))\ (?:you|{_OWN}\ [\w’'-]+)
        \b(?!\ (?:better|more|less|sooner|faster|earlier|quicker|differently))
    | \bway\ (?:for\ us\ )?(?:to|of)\ (?:contact|reach|ring|call|phone|text)(?:ing)?\ you\b
    | \byour\ (?:[\w’'-]+\W+){{0,3}}{_SOCIAL}\b | ^\W*{_SOCIAL}\W*(?:\w+\W*){{0,3}}$
    | \b{_SOCIAL}\W+(?:\w+\W+){{0,2}}(?:name|handle|account|id|profile|tag|link)s?\b
    | \bsocial\ media\b | \bhandles?\b(?=\W*(?:$|or\b|on\b))
    """,
    # Where somebody is to be found.
    rf"""
      \b(?:your|home|postal|street|current|full|his|her|their)\ address\b | ^\W*address\W*$
    | \baddress\ (?:line|of)\b
    | \bwhere\ (?:do|does|did|are|is|were|was|have|has)\ (?:you|he|she|they|it\ that\ you|{_OWN}
        \ [\w’'-]+)\ (?:[\w-]+\ )?(?:live|lived|living|stay|stayed|staying|sleep|based|born|from
        |come\ from|go\ to\ {_PLACES}|work|study)\b
    | \bwhere\ you\ (?:live|stay|are\ (?:from|based|living|staying))\b
    | \b(?:what|which)\ (?:[\w’'-]+\ ){{0,3}}{_PLACES}\ (?:do|does|did|are|is|were|was)[ ]
        (?:you|he|she|they|{_OWN}\ [\w’'-]+)\ (?:[\w-]+\ )?(?:live|go|attend|at\b|from|stay|born
        |study|work|come|belong|on\b)
    | \b(?:what|which)(?:[’']?s|\ is)\ {_OWN}\ (?:[\w’'-]+\ )?{_PLACES}\W*$
    | ^\W*(?:(?:your|the|his|her|their|home|what|which|current)\W+){{0,2}}{_PLACES}\W*$
    | \b(?:what|which)\ (?:class|form|year|tutor\ group)\ are\ you\b
    | \bpost\ ?codes?\b | \bzip\ ?code\b | \bhome\ ?town\b | \bwhat3words\b | \bgrid\ reference\b
    | \b(?:your|exact|current)\ location\b
    """,
    # When somebody was born.
    rf"""
      \b(?:date|year|day|month|place|country|town)\ of\ birth\b
    | \bbirth\ ?(?:days?|dates?|place|year)\b
    | \bd\.?o\.?b\b | \b(?:when|where|what\ \w+)\ (?:were|was|are|is)\ .{{0,30}}\bborn\b
    | \bhow\ old\ (?:are|r|is|were|was)\b
    | \bwhat(?:[’']?s|\ is|\ was)\ {_OWN}\ (?:[\w’'-]+\ )?age\b
    | ^\W*(?:(?:your|{_OWN}|exact|current|[\w]+[’']s)\W+){{0,2}}age\W*(?:\(.*)?$
    """,
)
_WAYS: Final = tuple(re.compile(each, re.IGNORECASE | re.VERBOSE) for each in _ASKING)

# "Please do not write your name" asks for none.
_ASKS_NOT: Final = re.compile(
    r"""
      \b(?:do\ not|don[’']?t|never|avoid|without|no\ need\ to|need\ not
        |(?:must|should)(?:\ not|n[’']?t))
      \ (?:ever\ |need\ to\ |have\ to\ )?
      (?:writ|giv|put|say|tell|us|typ|includ|nam|add|shar|enter|mention)\w*\b
      [^.!?;:,–—]*?(?=\b(?:but|only|just|so)\b|\ -\ |[.!?;:,–—]|$)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def asks_who(name: str, label: str, hint: str = "") -> bool:
    bare = re.sub(r"[^a-z]", "", name.lower())
    said = [" ".join(_ASKS_NOT.sub("", each[:_LONGEST]).split()) for each in (label, hint)]
    return bare in _NAMES or any(way.search(each) for way in _WAYS for each in said)
