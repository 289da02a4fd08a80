"""Whether a question in words asks who somebody is. Pure.

By the question's name and its English label. It would rather take one question too many for such:
what is dropped is said, and can be asked again in the draft.
"""

import re
from typing import Final

_NAMES: Final = frozenset(
    {
        "name", "fullname", "firstname", "lastname", "surname", "middlename", "yourname",
        "childname", "childsname", "parentname", "respondentname", "respname", "clientname",
        "patientname", "username", "phone", "phonenumber", "phoneno", "mobile", "mobilenumber",
        "mobileno", "telephone", "tel", "contactnumber", "contact", "email", "emailaddress",
        "address", "homeaddress", "street", "postcode", "zip", "zipcode", "dob", "dateofbirth",
        "birthdate", "nhsnumber", "ninumber", "nationalid", "idnumber", "passport", "signature",
        "casenumber", "caseid", "respondentid", "clientid", "patientid", "deviceid",
    }
)  # fmt: skip
_LABEL: Final = re.compile(
    r"""
      \b(?:your|his|her|their|my|full|first|last|middle|family|given|nick|maiden)
        [ -]?(?:\w+[’']?s?\ )?names?\b
    | \bsurname\b | ^\W*names?\W*$ | \bwhat\ are\ you\ called\b
    | \bnames?\ (?:and\ \w+\ )?of\ (?:the\ |your\ |a\ )?
        (?:respondent|child|children|parent|carer|client|patient|interviewee|participant|mother
        |father|caregiver|head)
    | \b(?:respondent|child|parent|carer|client|patient|caregiver|mother|father|participant)
        (?:[’']?s)?[’']?\ name\b
    | \b(?:phone|mobile|telephone|cell|contact|whatsapp)\ ?(?:number|no\b|\#)
    | \byour\ (?:tele)?phone\b | \byour\ mobile\b | ^\W*(?:tele)?phone\W*$ | ^\W*mobile\W*$
    | \bcontact\ details\b
    | \be-?mail\ address\b | \byour\ e-?mail\b | ^\W*e-?mail\W*$
    | \b(?:your|home|postal|street|current|full)\ address\b | ^\W*address\W*$
    | \bpost\ ?code\b | \bzip\ ?code\b
    | \bdate\ of\ birth\b | \bbirthday\b | \bd\.?o\.?b\b
    | \bnhs\ number\b | \bnational\ insurance\b | \bsocial\ security\b | \bpassport\b
    | \b(?:national|identity|case|client|patient|reference|child)\ (?:id\b|number|no\b|card)
    | \bid\ number\b | \bsignature\b | \bsign\ here\b | \buser\ ?name\b | \bsocial\ media\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def asks_who(name: str, label: str) -> bool:
    bare = re.sub(r"[^a-z]", "", name.lower())
    return bare in _NAMES or _LABEL.search(label) is not None
