// Nine aspects by the keys 1 to 9: each press goes from none to slight to strong and back to none.
import { change, start } from "./desk.js";

const MARKS = ["none", "slight", "strong"];
const rows = [...document.querySelectorAll(".row")];
let shown = {};

function mark(row, value) {
  change({ ...shown, [row.dataset.name]: value });
}

for (const row of rows) {
  for (const button of row.querySelectorAll("button")) button.addEventListener("click", () => mark(row, button.dataset.value));
}

start({
  backKeys: ["ArrowLeft", "PageUp"],
  forwardKeys: ["ArrowRight", "PageDown"],
  enterSaves: true,
  blank: () => Object.fromEntries(rows.map((row) => [row.dataset.name, "none"])),
  missing: () => "",
  show(value) {
    shown = value;
    for (const row of rows) {
      row.dataset.mark = value[row.dataset.name];
      for (const button of row.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.value === row.dataset.mark));
    }
  },
  key(event) {
    // by place, not by sign: French keyboards give digits only with shift
    const row = rows[/^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1] - 1];
    if (row) mark(row, MARKS[(MARKS.indexOf(row.dataset.mark) + 1) % MARKS.length]);
    return Boolean(row);
  },
});
