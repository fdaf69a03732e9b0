"""Writes as many notes as a test needs: events with a README and a file for each talk."""

import random
from pathlib import Path

TALKS_AN_EVENT = 10
EVENTS = ("Nordlys Conf", "PyHarbour", "GopherLoch", "Data Kiln", "Frontend Ferment")
CITIES = ("Oslo, Norway", "Bristol, UK", "Inverness, UK", "Rotterdam, Netherlands", "Porto, Portugal")
SPEAKERS = ("Mira Castellane", "Tomas Reed", "Ola Dunk", "Siobhan Marsh", "Ines Caldeira", "Jorn Aakre", "Wanda Quill")
PROJECTS = ("PostgreSQL", "Redis", "Kubernetes", "SQLite", "Django", "Rust", "Terraform", "Prometheus")
SUBJECTS = ("Caches", "Queues", "Backups", "Migrations", "Logs", "Schemas", "Deadlines", "Alerts")
VERBS = ("lie", "grow", "fail quietly", "need owners", "are promises", "outlive us")


def write_notes(folder: Path, count: int, seed: int = 1) -> list[Path]:
    """Write `count` talk notes and the READMEs of their events. The paths of the talk notes."""
    chance = random.Random(seed)
    paths = []
    for number in range(count):
        event_number = number // TALKS_AN_EVENT
        event, year = EVENTS[event_number % len(EVENTS)], 2000 + event_number // len(EVENTS)
        here = folder / f"{event.lower().replace(' ', '-')}-{year}"
        if not here.exists():
            here.mkdir(parents=True)
            city = CITIES[event_number % len(CITIES)]
            (here / "README.md").write_text(f"# {event} {year}\n\nNotes from {event} {year} in {city}.\n")
        path = here / f"talk-{number:04}.md"
        path.write_text(talk_note(chance))
        paths.append(path)
    return paths


def talk_note(chance: random.Random) -> str:
    title = f"{chance.choice(SUBJECTS)} {chance.choice(VERBS)}"
    lines = [f"# {title}", "", f"by {chance.choice(SPEAKERS)}", ""]
    for _ in range(chance.randint(4, 9)):
        project, other = chance.sample(PROJECTS, 2)
        lines.append(f"- Measure {project} before you replace it with {other}: {chance.randint(2, 90)} % is a lot.")
    lines += ["", "## Takeaways", ""]
    lines += [f"- {chance.choice(SUBJECTS)} {chance.choice(VERBS)} when nobody looks." for _ in range(3)]
    return "\n".join(lines) + "\n"
