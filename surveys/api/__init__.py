"""What other systems send us: lists of those to invite, and what became of messages."""
