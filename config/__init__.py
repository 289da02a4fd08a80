"""Composes the rooms into one site: settings, URLs, jobs and their timetable, the page frame."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
