"""News that others may hear, sent after commit."""

from django.dispatch import Signal

message_written = Signal()  # sender: Message; message_id
