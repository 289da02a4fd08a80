"""Who may do what: one table of roles and permissions, and nothing else. Pure."""

from enum import StrEnum


class Role(StrEnum):
    NATIONAL_ADMINISTRATOR = "national_administrator"
    SURVEY_AUTHOR = "survey_author"
    TRANSLATOR = "translator"
    PLANNER = "planner"
    LISTENER = "listener"
    IMPROVEMENT_LEAD = "improvement_lead"
    SAFETY_ANALYST = "safety_analyst"
    SAFETY_CUSTODIAN = "safety_custodian"
    COORDINATOR = "coordinator"

    @property
    def words(self) -> str:
        return self.value.replace("_", " ")


class Permission(StrEnum):
    """What can be permitted. Each door asks for exactly one."""

    RUN_WAVES = "run_waves"
    WRITE_SURVEYS = "write_surveys"
    APPROVE_SURVEYS = "approve_surveys"
    CHOOSE_LOCAL_QUESTIONS = "choose_local_questions"
    TRANSLATE_SURVEYS = "translate_surveys"
    INVITE_FAMILIES = "invite_families"
    TYPE_PAPER = "type_paper"
    SEE_PROGRESS = "see_progress"
    SEE_UNPUBLISHED_FIGURES = "see_unpublished_figures"
    READ_WORDS = "read_words"
    ANSWER_CONTACTS = "answer_contacts"
    LEAD_IMPROVEMENT = "lead_improvement"
    PLAN_IMPROVEMENTS = "plan_improvements"
    ANALYSE_SAFETY = "analyse_safety"
    KEEP_SAFETY_REPORTS = "keep_safety_reports"
    READ_AUDIT = "read_audit"
    MANAGE_PEOPLE = "manage_people"

    @property
    def words(self) -> str:
        return self.value.replace("_", " ")

    @property
    def sentence(self) -> str:
        return SENTENCES[self]


# What each permission lets a person do, for the page that says who may do what.
SENTENCES: dict[Permission, str] = {
    Permission.RUN_WAVES: "Plan, open, extend, close and release waves.",
    Permission.WRITE_SURVEYS: "Write surveys, and propose that they are published.",
    Permission.APPROVE_SURVEYS: "Agree that a survey somebody else proposed is published.",
    Permission.CHOOSE_LOCAL_QUESTIONS: (
        "Choose an authority's own questions from the approved bank."
    ),
    Permission.TRANSLATE_SURVEYS: "Translate surveys, and approve what somebody else translated.",
    Permission.INVITE_FAMILIES: (
        "Upload lists of those to invite, make letters and open links, download codes with a "
        "reason, and keep the list of those who do not want to be contacted."
    ),
    Permission.TYPE_PAPER: "Type in answers that came on paper.",
    Permission.SEE_PROGRESS: "See how many families were invited and answered, as of the last mix.",
    Permission.SEE_UNPUBLISHED_FIGURES: "See figures before they are published.",
    Permission.READ_WORDS: "Read what families wrote, before names are taken out.",
    Permission.ANSWER_CONTACTS: "See who asked to be contacted, and contact them.",
    Permission.LEAD_IMPROVEMENT: "Answer suggestions, and lead what is changed because of them.",
    Permission.PLAN_IMPROVEMENTS: (
        "Say what will be done about a figure, who sees to it, by when, and what is expected of it."
    ),
    Permission.ANALYSE_SAFETY: "Learn from what workers told in confidence, without their names.",
    Permission.KEEP_SAFETY_REPORTS: "Read what workers told in confidence, and ask them back.",
    Permission.READ_AUDIT: "Read who did what, to what, and why.",
    Permission.MANAGE_PEOPLE: (
        "Invite people, give and end their roles, close accounts, and reset a lost second factor."
    ),
}


# Words go to national listeners first, never to the service complained about: a listener of one
# authority has no permission to read them yet.
NATIONAL_ONLY = frozenset(
    {
        Permission.RUN_WAVES,
        Permission.READ_WORDS,
        Permission.WRITE_SURVEYS,
        Permission.APPROVE_SURVEYS,
        Permission.TRANSLATE_SURVEYS,
        # Roles are given by national administrators alone: whoever could give roles in their own
        # authority could make its listener of a friend.
        Permission.MANAGE_PEOPLE,
    }
)

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.NATIONAL_ADMINISTRATOR: frozenset(
        {
            Permission.RUN_WAVES,
            Permission.APPROVE_SURVEYS,
            Permission.CHOOSE_LOCAL_QUESTIONS,
            Permission.TRANSLATE_SURVEYS,  # to see what is a draft, and to approve it
            Permission.INVITE_FAMILIES,
            Permission.TYPE_PAPER,
            Permission.SEE_PROGRESS,
            Permission.SEE_UNPUBLISHED_FIGURES,
            Permission.READ_AUDIT,
            Permission.MANAGE_PEOPLE,
        }
    ),
    Role.SURVEY_AUTHOR: frozenset({Permission.WRITE_SURVEYS, Permission.APPROVE_SURVEYS}),
    Role.TRANSLATOR: frozenset({Permission.TRANSLATE_SURVEYS}),
    Role.PLANNER: frozenset(
        {
            Permission.PLAN_IMPROVEMENTS,
            Permission.SEE_PROGRESS,
            Permission.SEE_UNPUBLISHED_FIGURES,
        }
    ),
    Role.LISTENER: frozenset({Permission.READ_WORDS, Permission.ANSWER_CONTACTS}),
    Role.IMPROVEMENT_LEAD: frozenset(
        {
            Permission.LEAD_IMPROVEMENT,
            Permission.PLAN_IMPROVEMENTS,
            Permission.SEE_PROGRESS,
        }
    ),
    Role.SAFETY_ANALYST: frozenset({Permission.ANALYSE_SAFETY}),
    Role.SAFETY_CUSTODIAN: frozenset({Permission.KEEP_SAFETY_REPORTS}),
    Role.COORDINATOR: frozenset(
        {
            Permission.CHOOSE_LOCAL_QUESTIONS,
            Permission.INVITE_FAMILIES,
            Permission.TYPE_PAPER,
            Permission.SEE_PROGRESS,
            Permission.READ_AUDIT,
        }
    ),
}

# Nobody is both of one place, and nationally counts as every place. A coordinator belongs to the
# service that families may complain of; what they say to a listener must not reach it.
APART: tuple[frozenset[Role], ...] = (frozenset({Role.COORDINATOR, Role.LISTENER}),)


def kept_apart_from(role: Role) -> frozenset[Role]:
    """The roles that whoever holds this one may not hold in the same place."""
    return frozenset(other for pair in APART if role in pair for other in pair - {role})


def permits(role: Role, permission: Permission, *, nationally: bool) -> bool:
    """Whether a role gives a permission, held nationally or in one authority."""
    return permission in PERMISSIONS[role] and (nationally or permission not in NATIONAL_ONLY)


def gives_anything(role: Role, *, nationally: bool) -> bool:
    """Whether a role lets a person do anything, held nationally or in one authority."""
    return any(permits(role, each, nationally=nationally) for each in PERMISSIONS[role])


def roles_with(permission: Permission, *, nationally: bool) -> frozenset[Role]:
    """The roles that give a permission, held nationally or in one authority."""
    return frozenset(role for role in Role if permits(role, permission, nationally=nationally))
