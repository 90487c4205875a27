"use strict";
// Filters, searches and sorts the cards. The state stands in the address after "#", so a view can be bookmarked and sent.
(() => {
  const byId = (id) => document.getElementById(id);
  const list = byId("cards");
  const cards = [...list.querySelectorAll(".card")];
  const radios = [...document.querySelectorAll('input[name="verdict"]')];
  const search = byId("search"), held = byId("held"), sort = byId("sort");

  // "jackchen" finds "Jäckchen", "weiss" finds "weiß"
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/ß/g, "ss");
  const texts = new Map(cards.map((card) => [card, fold(card.dataset.search)]));

  const verdict = () => radios.find((radio) => radio.checked)?.value ?? "all";

  function matches(card, wanted, words) {
    const data = card.dataset;
    if (wanted === "failed" ? data.failed !== "yes" : wanted !== "all" && data.verdict !== wanted) return false;
    if (held.checked && data.released === "yes") return false;
    return words.every((word) => texts.get(card).includes(word));
  }

  function show() {
    const wanted = verdict(), words = fold(search.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const card of cards) {
      card.hidden = !matches(card, wanted, words);
      shown += card.hidden ? 0 : 1;
    }
    byId("shown").textContent = `${shown} of ${cards.length} shown`;
    byId("nothing").hidden = shown > 0;
  }

  let sorted = "order";
  function order() {
    if (sort.value === sorted) return;
    sorted = sort.value;
    const [key, direction] = sorted.split("-");
    const sign = direction === "desc" ? -1 : 1;
    const value = (card) => (card.dataset[key] === "" ? null : Number(card.dataset[key]));
    // articles without a score stay behind the others in both directions
    const compare = (a, b) => {
      const [first, second] = [value(a), value(b)];
      if (first === null || second === null) return (first === null) - (second === null) || a.dataset.order - b.dataset.order;
      return sign * (first - second) || a.dataset.order - b.dataset.order;
    };
    list.append(...cards.sort(compare));
  }

  function remember() {
    const state = new URLSearchParams();
    if (verdict() !== "all") state.set("verdict", verdict());
    if (held.checked) state.set("held", "yes");
    if (search.value) state.set("q", search.value);
    if (sort.value !== "order") state.set("sort", sort.value);
    history.replaceState(null, "", state.size ? `#${state}` : location.pathname + location.search);
  }

  function recall() {
    const hash = location.hash.slice(1);
    if (hash && !hash.includes("=")) return; // a place on the page, not a state
    const state = new URLSearchParams(hash);
    const wanted = radios.find((radio) => radio.value === state.get("verdict")) ?? radios[0];
    wanted.checked = true;
    held.checked = state.get("held") === "yes";
    search.value = state.get("q") ?? "";
    sort.value = [...sort.options].some((option) => option.value === state.get("sort")) ? state.get("sort") : "order";
  }

  function update() {
    order();
    show();
    remember();
  }

  // arrow keys go from picture to picture while one has the focus
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const card = event.target.closest(".card");
    if (!step || event.altKey || event.ctrlKey || event.metaKey || !card || !event.target.matches(".card, .picture a")) return;
    const visible = cards.filter((other) => !other.hidden);
    const next = visible[visible.indexOf(card) + step];
    if (!next) return;
    event.preventDefault();
    (next.querySelector(".picture a") ?? next).focus();
  });

  // paper cannot be clicked: each prompt is printed open
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = cards.filter((card) => !card.hidden).flatMap((card) => [...card.querySelectorAll("details:not([open])")].slice(0, 1));
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });

  for (const control of [...radios, held, sort]) control.addEventListener("change", update);
  search.addEventListener("input", update);
  addEventListener("hashchange", () => { recall(); order(); show(); });
  document.querySelector(".tools").hidden = false;
  recall();
  order();
  show();
})();
