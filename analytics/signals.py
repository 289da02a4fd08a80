"""News from this room, sent after commit."""

from django.dispatch import Signal

# release_id: a release came out.
release_published = Signal()
