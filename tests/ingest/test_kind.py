"""Notes in, their kind out, where a careful reader would look twice: pages of code, courses, one subject or several."""

import pytest

from talkdex.ingest.read import read_note

OVERVIEW = """\
# DevNord conference notes

**2023**
- [Day one](2023/day-1.md)
- [Day two](2023/day-2.md)

**2022**
- [Day one](2022/day-1.md)
- [Day two](2022/day-2.md)
"""

PROJECT = """\
# tea-queue

A queue that keeps the kettle warm.

## Usage

```bash
npm install tea-queue
npm run dev
```

## Building

```bash
npm run build
```

The build lands in `dist`. Run `npm test` before you send a change.
"""

COURSE = """\
# The complete course on databases by Ada Sol

## Lesson 1: Tables

A table has rows and columns. Choose the key before you choose the columns.

## Lesson 2: Indexes

An index costs time when you write and saves time when you read.

### Exercise

Make an index for each query of the first chapter.
"""

WEBINAR = """\
# How to find out why your shop is slow

https://hosting.example/resources/on-demand-webinar-slow-shop/

## Measure first

- Look at what visitors wait for, not at what the server does
- Large images are the reason more often than the database

## Then decide

- Take what costs little and helps much
- Ask the owner which pages earn the money
"""

RECORDING = """\
# How to move a shop without closing it

https://hosting.example/2024/move-a-shop/

## First

- Make a list of what is in use, not of what is installed
- Copy the pictures before the texts, as they take longest

## Then

- Send a few visitors to the new place and watch what they miss
"""

KEYNOTES = """\
# Slow is smooth by Marta Nowak

Releasing twice a day made the team calm, not busy.

## Why

- Small changes are easy to undo
- Nobody waits for the big one

# Tea for a thousand guests by John Carter

Two short queues are better than one long one when the kettles are far apart.

## How

- Measure the queue before you buy a kettle
"""


@pytest.mark.parametrize(
    ("text", "path", "kind"),
    [
        (OVERVIEW, "README.md", "index"),
        (PROJECT, "devnord-2022/workshop/tea-queue/README.md", "other"),
        (COURSE, "2024-6-databases-course.md", "other"),
        (WEBINAR, "2024-5-slow-shop.md", "talk"),
        (RECORDING, "2024-12-moving-a-shop.md", "talk"),
        (KEYNOTES, "devnord-2023/keynotes.md", "report"),
    ],
)
def test_kinds(text: str, path: str, kind: str) -> None:
    assert read_note(text, path).kind == kind
