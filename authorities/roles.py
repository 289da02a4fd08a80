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

    RUN_WAVES = "run_waves"  # open, close and release waves
    WRITE_SURVEYS = "write_surveys"
    TRANSLATE_SURVEYS = "translate_surveys"
    SEE_PROGRESS = "see_progress"  # how many replies there are, as of the last mix
    SEE_UNPUBLISHED_FIGURES = "see_unpublished_figures"
    READ_WORDS = "read_words"  # what families wrote, before names are taken out
    ANSWER_CONTACTS = "answer_contacts"  # who asked to be contacted, of one's own authority too
    LEAD_IMPROVEMENT = "lead_improvement"
    ANALYSE_SAFETY = "analyse_safety"
    KEEP_SAFETY_REPORTS = "keep_safety_reports"
    READ_AUDIT = "read_audit"
    MANAGE_PEOPLE = "manage_people"


# Words go to national listeners first, never to the service complained about: a listener of one
# authority has no permission to read them yet.
NATIONAL_ONLY = frozenset(
    {
        Permission.RUN_WAVES,
        Permission.READ_WORDS,
        Permission.WRITE_SURVEYS,
        Permission.TRANSLATE_SURVEYS,
    }
)

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.NATIONAL_ADMINISTRATOR: frozenset(
        {
            Permission.RUN_WAVES,
            Permission.TRANSLATE_SURVEYS,  # to see what is a draft, and to approve it
            Permission.SEE_PROGRESS,
            Permission.SEE_UNPUBLISHED_FIGURES,
            Permission.READ_AUDIT,
            Permission.MANAGE_PEOPLE,
        }
    ),
    Role.SURVEY_AUTHOR: frozenset({Permission.WRITE_SURVEYS}),
    Role.TRANSLATOR: frozenset({Permission.TRANSLATE_SURVEYS}),
    Role.PLANNER: frozenset({Permission.SEE_PROGRESS, Permission.SEE_UNPUBLISHED_FIGURES}),
    Role.LISTENER: frozenset({Permission.READ_WORDS, Permission.ANSWER_CONTACTS}),
    Role.IMPROVEMENT_LEAD: frozenset({Permission.LEAD_IMPROVEMENT, Permission.SEE_PROGRESS}),
    Role.SAFETY_ANALYST: frozenset({Permission.ANALYSE_SAFETY}),
    Role.SAFETY_CUSTODIAN: frozenset({Permission.KEEP_SAFETY_REPORTS}),
    Role.COORDINATOR: frozenset({Permission.SEE_PROGRESS, Permission.READ_AUDIT}),
}


def permits(role: Role, permission: Permission, *, nationally: bool) -> bool:
    """Whether a role gives a permission, held nationally or in one authority."""
    return permission in PERMISSIONS[role] and (nationally or permission not in NATIONAL_ONLY)


def roles_with(permission: Permission, *, nationally: bool) -> frozenset[Role]:
    """The roles that give a permission, held nationally or in one authority."""
    return frozenset(role for role in Role if permits(role, permission, nationally=nationally))
