"""The timetable of periodic work. Static: what runs when is read here and nowhere else.

Every entry is a sweep: it finds what is due or what a lost message missed, and may run twice.
The order of the night matters only for speed; each step waits for what it needs.
"""

from datetime import timedelta
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
    # What two people have signed off comes out at the minute that was said, for everybody at once.
    "publish what is due": {
        "task": "analytics.publish_due",
        "schedule": schedule(MINUTE),
    },
    # Somebody may wait for the letter to confirm; and what a lost message missed, this finds.
    "write to subscribers": {
        "task": "analytics.send_notices",
        "schedule": schedule(MINUTE),
        "options": {"expires": 50},
    },
    # Words once a day, at five, so that as many families as can be share one opening. The task
    # sees to that. It is asked each hour, to make up for a failure: the promise is 24 hours.
    "open what was written": {
        "task": "feedback.open_words",
        "schedule": crontab(minute="0"),
    },
    # After the words, because a ballot whose words are not opened yet is not mixed.
    "mix the boxes that are ready": {
        "task": "feedback.mix_ready",
        "schedule": crontab(hour="6", minute="30"),
    },
    "let people ask to be contacted": {
        "task": "feedback.publish_listeners_key",
        "schedule": schedule(MINUTE),
    },
    "escalate whom nobody has answered": {
        "task": "feedback.escalate_contacts",
        "schedule": schedule(MINUTE),
    },
    # A listener waits before the page. One that no worker took in time is of no use any more.
    "open what listeners wait for": {
        "task": "feedback.open_waiting_contacts",
        "schedule": schedule(3.0),
        "options": {"expires": 10},
    },
    # A person watches the page that shows how far it is.
    "do the long work that was asked for": {
        "task": "surveys.run_waiting_jobs",
        "schedule": schedule(3.0),
        "options": {"expires": 10},
    },
    # A person watches this too; and the next message has a place of its own in time.
    "send what families are to get": {
        "task": "surveys.send_messages",
        "schedule": schedule(3.0),
        "options": {"expires": 10},
    },
    # Shortly after midnight, when the last day of a wave is over.
    "end the waves whose last day is over": {
        "task": "surveys.end_waves",
        "schedule": crontab(minute="2"),
    },
    "forget the addresses of closed waves": {
        "task": "surveys.forget_addresses",
        "schedule": crontab(minute="15"),
    },
    "forget who did not confirm": {
        "task": "analytics.forget_subscriptions",
        "schedule": crontab(hour="3", minute="45"),
    },
    "destroy what has served": {
        "task": "feedback.destroy_ended",
        "schedule": crontab(hour="7", minute="30"),
    },
}

# What may take minutes, such as typesetting ten thousand letters. The embedded worker does each of
# these beside the rest, so that nobody who asked to be contacted waits for it.
BESIDE = frozenset({"surveys.run_waiting_jobs", "surveys.send_messages", "analytics.send_notices"})

# How long after its last success a sweep is late: its own period, and time for it to work and for
# the clocks to change. /health/ready says so.
LATE_AFTER = {
    "authorities.deliver_waiting": timedelta(minutes=10),
    "analytics.count_stragglers": timedelta(minutes=15),
    "analytics.publish_due": timedelta(minutes=10),
    "analytics.send_notices": timedelta(minutes=15),
    "analytics.forget_subscriptions": timedelta(hours=26),
    "surveys.run_waiting_jobs": timedelta(minutes=30),
    "surveys.send_messages": timedelta(minutes=15),
    "surveys.end_waves": timedelta(hours=3),
    "surveys.forget_addresses": timedelta(hours=3),
    "feedback.open_words": timedelta(hours=26),
    "feedback.mix_ready": timedelta(hours=26),
    "feedback.destroy_ended": timedelta(hours=26),
    "feedback.publish_listeners_key": timedelta(minutes=15),
    "feedback.escalate_contacts": timedelta(minutes=15),
    "feedback.open_waiting_contacts": timedelta(minutes=15),
}
