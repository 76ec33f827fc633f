"use strict";
// Filters and steps from hit to hit. What is shown stands in the address, so that it can be sent.
(() => {
  const form = document.getElementById("filters");
  if (!form) return;
  const NAMES = ["frame", "entry", "rejected", "hedged", "quoted", "speaker", "q"];
  const fields = NAMES.filter((name) => form.elements[name]);
  const status = document.getElementById("status");
  const entries = new Map();
  for (const option of form.elements.entry.querySelectorAll("option[data-e]")) {
    entries.set(option.dataset.e, { entry: option.value, frame: option.dataset.frame });
  }
  const marks = new Map();
  for (const mark of document.querySelectorAll("mark[data-h]")) {
    const own = marks.get(mark.dataset.h) || [];
    marks.set(mark.dataset.h, own.concat(mark));
  }
  const links = [...document.querySelectorAll("mark a")];
  const documents = [...document.querySelectorAll("article")].map((element) => ({
    element,
    row: document.querySelector(`tr[data-d="${element.id.slice(1)}"]`),
    text: null,
    hits: [...element.querySelectorAll("tr[data-h]")].map((row) => ({ row, on: true })),
  }));
  const total = documents.reduce((sum, item) => sum + item.hits.length, 0);
  let shown = [];
  let at = -1;

  const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ");

  // A state says "name=value"; any other hash is the place of a document, a hit or a row.
  const parsed = () => {
    const hash = location.hash.slice(1);
    return hash.includes("=") ? new URLSearchParams(hash) : null;
  };

  function matches(row, state) {
    const { entry, frame } = entries.get(row.dataset.e);
    if (state.frame && frame !== state.frame) return false;
    if (state.entry && entry !== state.entry) return false;
    if (state.speaker && row.dataset.s !== state.speaker) return false;
    return ["rejected", "hedged", "quoted"].every(
      (name) => !state[name] || row.dataset.x.includes(name[0]) === (state[name] === "only"),
    );
  }

  const chosen = () => Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));

  function apply(state = chosen()) {
    const query = fold((state.q || "").trim());
    const filtered = fields.some((name) => name !== "q" && state[name]);
    let seen = 0;
    shown = [];
    for (const item of documents) {
      if (query && item.text === null) {
        const parts = item.element.querySelectorAll("h3, .facts, .text");
        item.text = fold([...parts].map((part) => part.textContent).join(" "));
      }
      const found = !query || item.text.includes(query);
      let count = 0;
      for (const hit of item.hits) {
        hit.on = found && matches(hit.row, state);
        hit.row.hidden = !hit.on;
        const own = marks.get(hit.row.dataset.h) || [];
        for (const mark of own) mark.classList.toggle("off", !hit.on);
        if (hit.on) shown.push(own[0]);
        count += hit.on;
      }
      const hidden = !found || (filtered && !count);
      item.element.hidden = hidden;
      if (item.row) item.row.hidden = hidden;
      seen += !hidden;
    }
    // The link of a word leads to the shortest of its hits that is shown.
    for (const link of links) {
      const mark = link.closest("mark:not(.off)");
      if (mark) link.setAttribute("href", `#r${mark.dataset.h}`);
      else link.removeAttribute("href");
    }
    at = -1;
    const told = fields.filter((name) => state[name]).map((name) => `${name}: ${state[name]}`);
    status.value =
      `${shown.length.toLocaleString("en")} of ${total.toLocaleString("en")} hits in ` +
      `${seen.toLocaleString("en")} of ${documents.length.toLocaleString("en")} documents` +
      (told.length ? ` (${told.join(", ")})` : "");
  }

  function write(place) {
    const state = new URLSearchParams();
    for (const name of fields) {
      if (form.elements[name].value) state.set(name, form.elements[name].value);
    }
    if (place && [...state].length) state.set("at", place);
    const hash = [...state].length ? `#${state}` : place ? `#${place}` : "";
    history.replaceState(null, "", location.pathname + location.search + hash);
  }

  function reveal(id) {
    const element = document.getElementById(id);
    if (!element) return;
    const hidden = element.closest("[hidden]") || element.classList.contains("off");
    if (hidden) {
      for (const name of fields) form.elements[name].value = "";
      apply();
    }
    for (let outer = element.parentElement; outer; outer = outer.parentElement) {
      if (outer.localName === "details") outer.open = true;
    }
    for (const mark of document.querySelectorAll("mark.at")) mark.classList.remove("at");
    if (element.localName === "mark") element.classList.add("at");
    element.scrollIntoView({ block: "center" });
    at = shown.indexOf(element);
  }

  function read() {
    const state = parsed();
    if (state) {
      const asked = Object.fromEntries(fields.map((name) => [name, state.get(name) || ""]));
      for (const name of fields) form.elements[name].value = asked[name];
      // By what was asked for: a value that the page does not have has no hit, rather than all.
      apply(asked);
      const place = document.getElementById(state.get("at") || "");
      if (shown.includes(place)) reveal(place.id);
      return;
    }
    const place = decodeURIComponent(location.hash.slice(1));
    if (place) {
      reveal(place);
      write(place);
    }
  }

  function step(by) {
    if (!shown.length) return;
    if (at < 0) {
      // From where the reader is on the page.
      const below = shown.findIndex((mark) => mark.getBoundingClientRect().top > 60);
      at = by > 0 ? (below < 0 ? 0 : below) - 1 : below < 0 ? shown.length : below;
    }
    const mark = shown[(at + by + shown.length) % shown.length];
    reveal(mark.id);
    mark.querySelector("a").focus({ preventScroll: true });
    write(mark.id);
  }

  form.hidden = false;
  for (const element of document.querySelectorAll(".js")) element.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    if (event.target.name === "entry" && event.target.value) {
      form.elements.frame.value = event.target.selectedOptions[0].dataset.frame;
    }
    if (event.target.name === "frame") form.elements.entry.value = "";
    apply();
    write("");
  });
  form.addEventListener("reset", () => setTimeout(() => { apply(); write(""); }));
  document.getElementById("next").addEventListener("click", () => step(1));
  document.getElementById("previous").addEventListener("click", () => step(-1));
  addEventListener("hashchange", read);
  apply();
  read();
})();
