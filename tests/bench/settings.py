"""The product's own settings; only that the bench's addresses are there beside the product's."""

from config.settings import *  # noqa: F403  all of them, whatever they are called

ROOT_URLCONF = "tests.bench.urls"
