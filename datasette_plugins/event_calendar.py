"""Events in, an iCalendar (RFC 5545) of those whose days are known out."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta

import icalendar

from talkdex.datasette_plugins import wording
from talkdex.schema.api import Event

PRODUCT = "-//Talkdex//Events//EN"


def calendar_of(events: Iterable[Event], address: Callable[[Event], str | None] = lambda event: None) -> bytes:
    """The calendar, the same for the same events. `address` gives an event's page, None where nobody serves it.

    Events without a date are left out.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Talkdex events")
    for event in events:
        if event.start_date:
            calendar.add_component(_entry(event, date.fromisoformat(event.start_date), address(event)))
    return bytes(calendar.to_ical())


def _entry(event: Event, first: date, page: str | None) -> icalendar.Event:
    last = date.fromisoformat(event.end_date) if event.end_date else first
    entry = icalendar.Event()
    entry.add("uid", f"{event.slug}@talkdex")
    entry.add("dtstamp", datetime.combine(first, time(), UTC))  # of no moment, so that nothing seems to change
    entry.add("dtstart", first)
    entry.add("dtend", max(first, last) + timedelta(days=1))  # the first day after
    entry.add("summary", event.name)
    if event.talk_count:
        entry.add("description", f"Notes of {wording.count(event.talk_count, 'talk')}.")
    entry.add("transp", "TRANSPARENT")  # nobody is busy because a conference is on
    if place := wording.place(event.venue.name if event.venue else None, event.city, event.country):
        entry.add("location", place)
    if event.latitude is not None and event.longitude is not None:
        entry.add("geo", (event.latitude, event.longitude))
    if page:
        entry.add("url", page)
    return entry
