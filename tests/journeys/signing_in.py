"""Signing in, in a browser: by password, and then by the code that everybody's app shows."""

from playwright.sync_api import Page

from authorities import factors
from tests.authorities.factories import FACTOR, PASSWORD


def type_password(page: Page, site: str, email: str, password: str = PASSWORD) -> None:
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()


def type_code(page: Page) -> None:
    page.get_by_label("Code").fill(factors.code_of(FACTOR))
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()


def sign_in(page: Page, site: str, email: str, password: str = PASSWORD) -> None:
    type_password(page, site, email, password)
    type_code(page)
