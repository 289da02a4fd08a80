"""News from this room, sent after commit."""

from django.dispatch import Signal

# release_id: a release came out.
release_published = Signal()

# Somebody asked to be written to, and a letter to confirm it waits.
subscription_asked = Signal()
