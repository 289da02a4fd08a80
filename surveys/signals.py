"""News of this room, sent after commit."""

from django.dispatch import Signal

job_asked = Signal()  # job_id
wave_closed = Signal()  # wave_id
mailing_started = Signal()
