"""What every staff and public page shows around its own content."""

from django.conf import settings
from django.http import HttpRequest


def frame(_request: HttpRequest) -> dict[str, str]:
    return {"product_name": "Heard", "family_name": settings.HEARD_NAME}
