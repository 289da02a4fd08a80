"""Staff at their desks, signed in: how they do that is looked at elsewhere. Plain functions."""

from django.test import Client
from playwright.sync_api import BrowserContext, ViewportSize

from authorities.models import User

DESK: ViewportSize = {"width": 1280, "height": 900}


def sign_in(context: BrowserContext, site: str, person: User) -> None:
    """Let this browser be signed in as somebody."""
    client = Client()
    client.force_login(person)
    context.add_cookies(
        [{"name": each.key, "value": each.value, "url": site} for each in client.cookies.values()]
    )
