// Two pictures of one article: the arrow keys say which is better, T that neither is. A choice is saved at once; U takes it back.
import { save, start } from "./desk.js";

const KEYS = { ArrowLeft: "left", ArrowRight: "right", KeyT: "tie" };
const buttons = [...document.querySelectorAll("button[data-value]")];
for (const button of buttons) button.addEventListener("click", () => save(button.dataset.value));

start({
  backKeys: ["PageUp"],
  forwardKeys: ["PageDown"],
  enterSaves: false,
  blank: () => "",
  missing: () => "",
  show(value) {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.value === value));
    for (const sheet of document.querySelectorAll(".sheet")) sheet.classList.toggle("chosen", sheet.dataset.value === value);
  },
  key(event) {
    const choice = KEYS[event.code];
    if (choice) save(choice);
    return Boolean(choice);
  },
});
