// Runs in a page: everything that a reader who cannot see it, or sees it badly, would stumble over.
() => {
  const faults = [];
  const visible = e => e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().width > 1;
  const name = e => e.outerHTML.slice(0, 120);
  const said = e => (e.getAttribute("aria-label") || e.innerText || e.querySelector("img[alt]")?.alt || "").trim();

  for (const e of document.querySelectorAll("a[href], button")) if (visible(e) && !said(e)) faults.push("no name: " + name(e));
  for (const e of document.querySelectorAll("input:not([type=hidden])"))
    if (!e.labels.length) faults.push("no label: " + name(e));
  for (const e of document.querySelectorAll("img")) if (!e.hasAttribute("alt")) faults.push("no alt: " + name(e));
  for (const e of document.querySelectorAll("[aria-labelledby]"))
    if (!document.getElementById(e.getAttribute("aria-labelledby"))) faults.push("labelled by nothing: " + name(e));
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) faults.push("id twice: " + id);
  for (const tag of ["main", "h1"])
    if (document.querySelectorAll(tag).length !== 1) faults.push("not exactly one " + tag);
  for (const e of document.querySelectorAll("ul > *, ol > *")) if (e.tagName !== "LI") faults.push("not an item: " + name(e));
  let level = 1;
  for (const e of document.querySelectorAll("main h1, main h2, main h3, main h4, main h5, main h6")) {
    const next = Number(e.tagName[1]);
    if (next > level + 1) faults.push("heading skips a level: " + name(e));
    level = next;
  }

  // Contrast of text with what is behind it, WCAG 1.4.3.
  const parse = c => (c.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !visible(e) || e.closest(".skip, .hidden")) continue;
    const style = getComputedStyle(e);
    const [a, b] = [light(parse(style.color)), light(behind(e))].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) faults.push("contrast " + ratio.toFixed(2) + ": " + name(e));
  }

  // Targets for a finger or a shaky hand, WCAG 2.5.8: 24 px, unless inline in text.
  for (const e of document.querySelectorAll("button, input:not([type=hidden]), .facet a, .chip, .top-links a, .pager a"))
    if (visible(e) && e.getBoundingClientRect().height < 24) faults.push("small: " + name(e));
  return faults;
}
