// Narrows a list page while one types into its form, to what stands on the page and has every word. The form itself
// asks the server, which knows the whole list.

const form = document.querySelector("form.filter");
const input = form.elements.name;
const status = document.querySelector("main [role=status]");
const said = status.textContent;
// Name, place and dates; no counts.
const items = [...document.querySelectorAll("main .columns > li, main .event-item")].map((item) => ({
  item, text: plain([...item.querySelectorAll("a, .quiet, .fact")].map((part) => part.textContent).join(" ")),
}));
const groups = document.querySelectorAll("main section");
const jumps = document.querySelector(".jumps");
const whole = !input.defaultValue && !document.querySelector(".pager");

// "São Paulo" is found by "sao".
function plain(text) {
  return text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
}

function narrow() {
  const words = plain(input.value).split(/\s+/).filter(Boolean);
  for (const { item, text } of items) item.hidden = !words.every((word) => text.includes(word));
  for (const group of groups) group.hidden = !items.some(({ item }) => !item.hidden && group.contains(item));
  if (jumps) jumps.hidden = words.length > 0; // most of them would lead to what is hidden
  const shown = items.filter(({ item }) => !item.hidden).length;
  const count = `${shown.toLocaleString("en")} of ${items.length.toLocaleString("en")}`;
  if (input.value === input.defaultValue) status.textContent = said;
  else status.textContent = whole ? count : `${count} on this page; Enter looks through all`;
}

input.addEventListener("input", narrow);
narrow(); // the browser may have put back what was typed
