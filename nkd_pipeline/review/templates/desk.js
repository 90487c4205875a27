// What all ways of reviewing share: showing an item, saving, taking back, going back and forth. Texts are set as texts, never as markup.
const byId = (id) => document.getElementById(id);
const { csrf, reviewer } = document.body.dataset;
const frames = [...document.querySelectorAll(".sheet")];
const keyOf = (shown) => [document.body.className, reviewer, ...shown.pictures].join(" ");

let mode = null;
let item = null;
let value = null;
let progress = { done: 0, total: 0, next: null };
let earlier = []; // answers of this item before each change
let busy = true; // while something is loaded or saved, so that an impatient key does not answer for a picture nobody has seen

async function ask(path, body) {
  const request = body === undefined ? {} : { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "X-Review-CSRF": csrf } };
  let answer;
  try {
    answer = await fetch(path, request);
  } catch {
    throw new Error("The server does not answer. Start nkd review again; nothing that was saved is lost.");
  }
  if (answer.ok) return answer.json();
  const text = await answer.text();
  let says = text;
  try { says = JSON.parse(text).detail; } catch { /* a plain text */ }
  throw new Error(typeof says === "string" ? says : "The page and the server do not fit together. Reload the page.");
}

function say(text, kind = "") {
  byId("message").textContent = text;
  byId("message").className = kind;
}

// one thing at a time; what goes wrong is said and changes nothing
async function doing(work) {
  if (busy) return;
  busy = true;
  document.body.dataset.ready = "";
  say("");
  try {
    await work();
  } catch (error) {
    say(error.message, "bad");
  } finally {
    busy = false;
    document.body.dataset.ready = item ? String(item.position) : "";
  }
}

function paragraphs(texts) {
  return texts.flatMap((text) => text.split("\n")).map((line) => {
    const made = document.createElement(line.startsWith("- ") ? "li" : "p");
    made.textContent = line.replace(/^- /, "");
    return made;
  });
}

async function picture(frame, address) {
  const [image, link, broken] = [frame.querySelector("img"), frame.querySelector("a"), frame.querySelector(".broken")];
  image.src = address;
  link.href = address;
  const shown = await image.decode().then(() => true, () => false);
  link.hidden = !shown;
  broken.hidden = shown;
  broken.textContent = shown ? "" : "This picture is gone or was made anew. Go on with the next one; start nkd review again to see the new one.";
  return shown;
}

async function load(position, draft) {
  item = await ask(`/items/${position}`);
  progress = item.progress;
  byId("name").textContent = item.name;
  byId("english").textContent = item.english;
  byId("german").replaceChildren(...paragraphs(item.german));
  byId("prompt").textContent = item.prompt;
  document.querySelector(".texts").scrollTop = 0;
  earlier = [];
  const kept = sessionStorage.getItem(keyOf(item));
  value = draft ?? (kept ? JSON.parse(kept) : null) ?? item.saved ?? mode.blank();
  keep();
  render();
  const shown = await Promise.all(frames.map((frame, index) => picture(frame, item.pictures[index])));
  item.whole = shown.every(Boolean);
  if (progress.next !== null && progress.next !== position) ahead(progress.next);
}

// the next open item's pictures are fetched while this one is looked at
async function ahead(position) {
  const next = await ask(`/items/${position}`).catch(() => null);
  for (const address of next?.pictures ?? []) new Image().src = address;
}

const same = (a, b) => JSON.stringify(Object.entries(a ?? {}).sort()) === JSON.stringify(Object.entries(b ?? {}).sort());

function render() {
  mode.show(value);
  const { done, total } = progress;
  byId("bar").max = total;
  byId("bar").value = done;
  byId("count").textContent = `${done} of ${total}`;
  const saved = item.saved !== null && same(value, item.saved);
  byId("state").textContent = saved ? "saved" : item.saved === null && same(value, mode.blank()) ? "new" : "not saved yet";
  byId("state").className = `state ${saved ? "good" : ""}`;
}

// a draft outlives a reload of the page; what is saved or untouched is none
function keep() {
  if (same(value, item.saved ?? mode.blank())) sessionStorage.removeItem(keyOf(item));
  else sessionStorage.setItem(keyOf(item), JSON.stringify(value));
}

/** Takes a changed answer to the item that is shown; it is a draft until it is saved. */
export function change(changed) {
  if (busy) return;
  earlier.push(value);
  value = changed;
  keep();
  say("");
  render();
}

/** Saves the answer and shows the next open item. */
export const save = (answer) => doing(async () => {
  const given = answer ?? value;
  const missing = item.whole ? mode.missing(given) : "Without its picture this cannot be answered. Go on with the next one.";
  if (missing) return say(missing, "bad");
  progress = await ask("/answers", { position: item.position, answer: given });
  sessionStorage.removeItem(keyOf(item));
  if (progress.next !== null) return load(progress.next);
  [value, item.saved, earlier] = [given, given, []];
  render();
  say(`All ${progress.total} are done. Thank you! Stop the command with Ctrl+C, or look again with ${mode.backKeys[0]}.`, "good");
});

/** Takes back the last change of this item, or else the last save. */
export const undo = () => doing(async () => {
  if (earlier.length) {
    value = earlier.pop();
    keep();
    return render();
  }
  const taken = await ask("/undo", {});
  if (taken.position === null) return say("There is nothing to take back.");
  // the answer that was taken back is shown as a draft, unless an earlier one counts again
  await load(taken.position, mode.enterSaves && !taken.restored ? taken.answer : undefined);
  say(taken.restored ? "Taken back: the earlier answer counts again." : "Taken back.");
});

const step = (by) => doing(async () => {
  const position = item.position + by;
  if (position < 0 || position >= progress.total) return say(by < 0 ? "This is the first one." : "This is the last one.");
  await load(position);
});

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const back = mode.backKeys.includes(event.code), forward = mode.forwardKeys.includes(event.code);
  if (back || forward) step(back ? -1 : 1);
  else if (event.repeat) { if (event.key === "Enter") event.preventDefault(); return; } // a key held down answers once
  else if (event.key.toLowerCase() === "u") undo();
  else if (event.key === "Enter" && mode.enterSaves) save();
  else if (!mode.key(event, value)) return;
  event.preventDefault();
}

/** Starts the page with what is particular to a way of reviewing. */
export function start(particular) {
  mode = particular;
  addEventListener("keydown", onKey);
  byId("save")?.addEventListener("click", () => save());
  byId("undo").addEventListener("click", () => undo());
  byId("back").addEventListener("click", () => step(-1));
  byId("forward").addEventListener("click", () => step(1));
  busy = false;
  doing(async () => {
    progress = await ask("/progress");
    await load(progress.next ?? 0);
    if (progress.next === null) say(`All ${progress.total} are done. Look through them with ${mode.backKeys[0]}.`, "good");
  });
}

export { ask };
