"""The read-only API of published figures. No login, nothing unpublished, every address stable."""
