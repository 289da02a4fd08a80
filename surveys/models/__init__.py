"""What is asked, of whom, when, in which words, and how families are reached."""

from surveys.models.asking import (
    LEAST_K,
    EligiblePopulation,
    Invitation,
    InvitationCount,
    LanguageApproval,
    OpenLink,
    Participation,
    Recording,
    Version,
    Wave,
)
from surveys.models.reaching import (
    Dispatch,
    DoNotContact,
    Envelope,
    Mailing,
    Pace,
    PushToken,
    Way,
)
from surveys.models.working import Job, JobFile
from surveys.models.writing import (
    BankItem,
    BankWords,
    Draft,
    DraftTranslation,
    LocalChoice,
    Proposal,
    Succession,
    TranslationAuthor,
)

__all__ = [
    "LEAST_K",
    "BankItem",
    "BankWords",
    "Dispatch",
    "DoNotContact",
    "Draft",
    "DraftTranslation",
    "EligiblePopulation",
    "Envelope",
    "Invitation",
    "InvitationCount",
    "Job",
    "JobFile",
    "LanguageApproval",
    "LocalChoice",
    "Mailing",
    "OpenLink",
    "Pace",
    "Participation",
    "Proposal",
    "PushToken",
    "Recording",
    "Succession",
    "TranslationAuthor",
    "Version",
    "Wave",
    "Way",
]
