// Questions from 1 to 5: a digit answers the marked question and goes on to the next, up and down choose another one.
import { ask, change, start } from "./desk.js";

const rows = [...document.querySelectorAll(".row")];
const dialog = document.getElementById("participant");
let shown = {};
let current = 0;

function choose(index) {
  current = Math.max(0, Math.min(rows.length - 1, index));
  for (const row of rows) row.classList.toggle("current", row === rows[current]);
}

function rate(row, rating) {
  choose(rows.indexOf(row)); // stays there when no question is open
  change({ ...shown, [row.dataset.name]: rating });
}

for (const row of rows) {
  for (const button of row.querySelectorAll("button")) button.addEventListener("click", () => rate(row, Number(button.dataset.value)));
}

const particular = {
  backKeys: ["ArrowLeft", "PageUp"],
  forwardKeys: ["ArrowRight", "PageDown"],
  enterSaves: true,
  blank: () => ({}),
  missing: (value) => (rows.every((row) => value[row.dataset.name]) ? "" : "Answer every question first: 1 to 5."),
  show(value) {
    shown = value;
    for (const row of rows) {
      for (const button of row.querySelectorAll("button")) button.setAttribute("aria-pressed", String(Number(button.dataset.value) === value[row.dataset.name]));
    }
    const open = rows.findIndex((row) => !value[row.dataset.name]);
    choose(open < 0 ? current : open);
  },
  key(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.code];
    const rating = Number(/^(?:Digit|Numpad)([1-5])$/.exec(event.code)?.[1] ?? 0);
    if (step) choose(current + step);
    else if (rating) rate(rows[current], rating);
    return Boolean(step || rating);
  },
};

dialog?.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await ask("/participant", { answers: Object.fromEntries(new FormData(event.target)) });
    dialog.close();
  } catch (error) {
    dialog.querySelector(".note").textContent = error.message;
  }
});
dialog?.addEventListener("cancel", (event) => event.preventDefault());
dialog?.showModal();
start(particular);
