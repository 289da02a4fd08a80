"""What comes out with a release beside its figures: who saw it before, and what its wave cost."""

from functools import partial

from analytics import costs
from analytics.models import EarlyAccess, Release


def beside_figures(release: Release) -> dict[str, object]:
    """For the part of a page that tells of its release; looked for where a template asks.

    Of early access what the API says: name, role and organisation, once the release is out.
    """
    return {
        "seen_early": partial(_seen_early, release),
        "cost": partial(costs.of_published, release),
    }


def _seen_early(release: Release) -> list[EarlyAccess]:
    """One query; none before the release is out."""
    if release.published_at is None:
        return []
    return list(EarlyAccess.objects.filter(release=release).only("name", "role", "organisation"))
