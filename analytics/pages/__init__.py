"""Doors: what planners and the public read."""
