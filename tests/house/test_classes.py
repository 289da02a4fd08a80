"""Every stored field says how private it is."""

import pytest
from django.apps import apps
from django.db.models import Model

from authorities.classing import Class, classed

OURS = ("improvement", "analytics", "feedback", "surveys", "authorities")

# What other people's apps store, all fields of a model alike: the strictest that any of them needs.
THEIRS = {
    "account.EmailAddress": Class.PERSONAL,
    "account.EmailConfirmation": Class.PERSONAL,
    "admin.LogEntry": Class.PERSONAL,  # who of the staff changed what
    "mfa.Authenticator": Class.CONFIDENTIAL,  # its secrets are sealed (authorities/factors.py)
    "auth.Group": Class.OPERATIONAL,
    "auth.Permission": Class.OPERATIONAL,
    "contenttypes.ContentType": Class.PUBLIC,
    "sessions.Session": Class.PERSONAL,  # of staff; families have none
}


def models_of_ours() -> list[type[Model]]:
    return [model for app in OURS for model in apps.get_app_config(app).get_models()]


@pytest.mark.parametrize("model", models_of_ours(), ids=lambda model: model._meta.label)
def test_each_field_is_classed_and_nothing_else_is(model: type[Model]) -> None:
    fields = {field.name for field in (*model._meta.fields, *model._meta.many_to_many)}

    assert set(getattr(model, "classes", {})) == fields


def test_each_model_of_other_apps_is_classed() -> None:
    others = {model._meta.label for model in apps.get_models()} - {
        model._meta.label for model in models_of_ours()
    }

    assert set(THEIRS) == others


def test_a_field_cannot_be_classed_twice() -> None:
    with pytest.raises(ValueError, match="name is classed twice"):
        classed(public="name", personal="name")
