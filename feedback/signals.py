"""News from this room, told after commit to whoever above listens."""

from django.dispatch import Signal

# Sent by feedback.models.Batch with `batch_id`.
batch_mixed = Signal()
