"""What axe-core finds wrong with a page for readers who cannot see it, or see it badly, or use no mouse."""

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text("utf-8")
OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


def violations(page: Page) -> list[str]:
    """`color-contrast (serious): <a href="/">`, for each element at fault, whatever its impact."""
    page.evaluate(SCRIPT)
    found = page.evaluate("async (options) => (await axe.run(options)).violations", OPTIONS)
    return [f"{rule['id']} ({rule['impact']}): {node['html'][:200]}" for rule in found for node in rule["nodes"]]
