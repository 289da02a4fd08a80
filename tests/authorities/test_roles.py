"""The table of roles, spelt out once more, so that a permission is never given by a slip."""

import pytest

from authorities.roles import Permission, Role, permits, roles_with

NATIONALLY = {
    Role.NATIONAL_ADMINISTRATOR: {
        "run_waves",
        "approve_surveys",
        "choose_local_questions",
        "translate_surveys",
        "invite_families",
        "type_paper",
        "see_progress",
        "see_unpublished_figures",
        "read_audit",
        "manage_people",
    },
    Role.SURVEY_AUTHOR: {"write_surveys", "approve_surveys"},
    Role.TRANSLATOR: {"translate_surveys"},
    Role.PLANNER: {"plan_improvements", "see_progress", "see_unpublished_figures"},
    Role.LISTENER: {"read_words", "answer_contacts"},
    Role.IMPROVEMENT_LEAD: {"lead_improvement", "plan_improvements", "see_progress"},
    Role.SAFETY_ANALYST: {"analyse_safety"},
    Role.SAFETY_CUSTODIAN: {"keep_safety_reports"},
    Role.COORDINATOR: {
        "choose_local_questions",
        "invite_families",
        "type_paper",
        "see_progress",
        "read_audit",
    },
}
IN_ONE_AUTHORITY = {
    **NATIONALLY,
    Role.NATIONAL_ADMINISTRATOR: NATIONALLY[Role.NATIONAL_ADMINISTRATOR]
    - {"run_waves", "approve_surveys", "translate_surveys", "manage_people"},
    Role.SURVEY_AUTHOR: set[str](),
    Role.TRANSLATOR: set[str](),
    Role.LISTENER: {"answer_contacts"},
}


def test_every_role_is_in_the_table() -> None:
    assert set(NATIONALLY) == set(Role)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_a_role_permits_what_the_table_says(role: Role, permission: Permission) -> None:
    nationally = permits(role, permission, nationally=True)
    in_one_authority = permits(role, permission, nationally=False)

    assert nationally == (permission.value in NATIONALLY[role])
    assert in_one_authority == (permission.value in IN_ONE_AUTHORITY[role])


def test_the_listener_of_one_authority_cannot_read_what_families_wrote_of_it() -> None:
    assert roles_with(Permission.READ_WORDS, nationally=True) == {Role.LISTENER}
    assert roles_with(Permission.READ_WORDS, nationally=False) == frozenset()


def test_a_listener_answers_those_who_ask_to_be_contacted_where_they_are_one() -> None:
    for nationally in (True, False):
        assert roles_with(Permission.ANSWER_CONTACTS, nationally=nationally) == {Role.LISTENER}
