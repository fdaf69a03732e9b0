"""Takes the pictures in docs/screenshots anew, of the sample notes: `make screenshots`."""

import tempfile
from pathlib import Path

from chromium import SAMPLE_NOTES, chromium, serving

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 780}
# File name, page, window, colour scheme.
PICTURES = [
    ("home", "/", DESK, "light"),
    ("search", "/search?q=postgresql", DESK, "light"),
    ("talk-phone", "/search?q=playwright", PHONE, "dark"),
]


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, serving(SAMPLE_NOTES, Path(folder)) as site, chromium() as browser:
        for name, address, viewport, scheme in PICTURES:
            page = browser.new_page(base_url=site, viewport=viewport, color_scheme=scheme)
            page.goto(address)
            if name == "talk-phone":
                page.locator(".hit h2 a").first.click()
            page.screenshot(path=FOLDER / f"{name}.png")
            page.close()
            print(FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
