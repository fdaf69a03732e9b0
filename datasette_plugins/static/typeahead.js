// Each search box of a page becomes a combobox, as the ARIA Authoring Practices describe it, that offers what begins
// like the text so far. What the server sends is only ever set as text.

const PAUSE = 90; // ms after the last key
const EACH = 3; // suggestions of a kind
const GROUPS = { project: "Projects", speaker: "Speakers", event: "Events", tag: "Tags", talk: "Talks" };

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

class Typeahead {
  constructor(form, number) {
    this.input = form.elements.q;
    this.address = new URL("api/v1/suggest", form.action);
    this.id = `suggestions-${number}`;
    this.options = [];
    this.active = -1;
    this.stale = false; // whether the list belongs to an earlier text
    this.list = element("div", { role: "listbox", id: this.id, class: "suggestions", "aria-label": "Suggestions" });
    this.list.hidden = true;
    this.status = element("p", { role: "status", class: "hidden" });
    form.append(this.list, this.status);

    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.id,
    })) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    form.addEventListener("submit", () => this.close());
    // The box keeps the focus while the mouse chooses, or the list would be gone before the click.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", () => this.close());
  }

  get open() {
    return !this.list.hidden;
  }

  later() {
    this.stop();
    this.stale = true;
    this.activate(-1);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  // Ends what is under way, so that an early answer never replaces a later one.
  stop() {
    clearTimeout(this.timer);
    this.request?.abort();
  }

  async ask() {
    this.stop();
    const text = this.input.value.trim();
    if (!text) return this.close();
    this.request = new AbortController();
    this.address.search = new URLSearchParams({ q: text, limit: EACH });
    try {
      const answer = await fetch(this.address, { signal: this.request.signal });
      if (answer.ok) this.show((await answer.json()).items);
      else this.close();
    } catch (error) {
      if (error.name !== "AbortError") this.close(); // offline: the box is a plain one
    }
  }

  show(items) {
    if (document.activeElement !== this.input) return;
    this.stale = false;
    this.options = items.map((item, number) => this.option(item, number));
    const groups = [...new Set(items.map((item) => item.kind))].map((kind) => {
      const id = `${this.id}-${kind}`;
      const heading = element("span", { id, class: "suggestions-kind", role: "presentation" }, GROUPS[kind]);
      const options = this.options.filter((_, number) => items[number].kind === kind);
      return element("div", { role: "group", "aria-labelledby": id }, heading, ...options);
    });
    this.list.replaceChildren(...groups);
    this.activate(-1);
    this.expand(items.length > 0);
    const count = items.length === 1 ? "1 suggestion" : `${items.length || "No"} suggestions`;
    this.status.textContent = items.length ? `${count}; choose with the arrow keys` : count;
  }

  option({ label, href, event, talks, kind }, number) {
    const more = kind === "talk" ? event ?? "" : talks === 1 ? "1 talk" : `${talks.toLocaleString("en")} talks`;
    return element(
      "a", { role: "option", id: `${this.id}-${number}`, href, tabindex: "-1", "aria-selected": "false" },
      element("span", {}, label), " ", element("span", { class: "quiet" }, more),
    );
  }

  activate(number) {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    this.active = number;
    const option = this.options[number];
    if (option) this.stop(); // a list does not change while one chooses in it
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  expand(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  close() {
    this.stop();
    this.activate(-1);
    this.expand(false);
    this.status.textContent = "";
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (!this.open) {
      if (event.key === "ArrowDown") this.ask();
      return;
    }
    const last = this.options.length - 1;
    const chosen = this.active >= 0;
    if (event.key === "ArrowDown") this.activate(this.active < last ? this.active + 1 : -1);
    else if (event.key === "ArrowUp") this.activate(chosen ? this.active - 1 : last);
    else if (event.key === "Home" && chosen) this.activate(0);
    else if (event.key === "End" && chosen) this.activate(last);
    else if (event.key === "Enter" && chosen) this.options[this.active].click();
    else if (event.key === "Escape") this.close();
    else return;
    if (this.open && this.active < 0 && this.stale) this.later(); // nothing is chosen any more
    event.preventDefault();
  }
}

document.querySelectorAll("form[role=search]").forEach((form, number) => new Typeahead(form, number));
