"""Wakes the receivers when Django is ready."""

from importlib import import_module

from django.apps import AppConfig


class AuthoritiesConfig(AppConfig):
    name = "authorities"

    def ready(self) -> None:
        import_module("authorities.receivers")
