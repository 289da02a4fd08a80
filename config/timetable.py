"""The timetable of periodic work. Static: what runs when is read here and nowhere else.

Every entry is a sweep: it finds what is due or what a lost message missed, and may run twice.
The order of the night matters only for speed; each step waits for what it needs.
"""

from typing import Any

from celery.schedules import crontab, schedule

MINUTE = 60.0

TIMETABLE: dict[str, dict[str, Any]] = {
    "send the messages that wait": {
        "task": "authorities.deliver_waiting",
        "schedule": schedule(MINUTE),
    },
    "count the batches no sheet holds": {
        "task": "analytics.count_stragglers",
        "schedule": schedule(5 * MINUTE),
    },
    # Words once a day, so that as many families as can be share one opening. A second run finds
    # nothing, unless the first failed: the promise is 24 hours.
    "open what was written": {
        "task": "feedback.open_words",
        "schedule": crontab(hour="5,6", minute="0"),
    },
    # After the words, because a ballot whose words are not opened yet is not mixed.
    "mix the boxes that are ready": {
        "task": "feedback.mix_ready",
        "schedule": crontab(hour="6", minute="30"),
    },
    "destroy what has served": {
        "task": "feedback.destroy_ended",
        "schedule": crontab(hour="7", minute="30"),
    },
}
