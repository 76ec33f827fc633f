"use strict";
// Filters, tables and ticks. What is shown stands in the address, so that it can be sent.
(async () => {
  const form = document.getElementById("filters");
  const holder = document.getElementById("data");
  if (!form || !holder) return;
  // What is packed is JSON, deflated, in base64.
  async function unpack(value) {
    const letters = atob(value);
    const bytes = new Uint8Array(letters.length);
    for (let place = 0; place < bytes.length; place += 1) bytes[place] = letters.charCodeAt(place);
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return JSON.parse(await new Response(plain).text());
  }
  const isPacked = holder.type === "text/plain";
  if (isPacked && !globalThis.DecompressionStream) {
    form.hidden = false;
    document.getElementById("status").value = "This browser is older than 2023 and cannot read " +
      "the articles. Use a newer one, or pages of write_evidence(…, per_page=100).";
    return;
  }
  const data = isPacked ? await unpack(holder.textContent) : JSON.parse(holder.textContent);
  // Positions and sentences are stored as differences within a document.
  function unpacked({ e, s, n, k, a, b, x, p }) {
    const found = { d: [], e, s, n, k, a, b, x, p };
    let hit = 0;
    data.documents.hits.forEach((count, index) => {
      let [start, sentence] = [0, 0];
      for (let rest = count; rest > 0; rest -= 1, hit += 1) {
        start += s[hit];
        sentence += k[hit];
        found.d.push(index);
        [s[hit], k[hit], a[hit], b[hit]] = [start, sentence, start - a[hit], start + b[hit]];
      }
    });
    return found;
  }
  const get = (id) => document.getElementById(id);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const number = (value) => value.toLocaleString("en");
  const NAMES = [
    "frame", "entry", "source", "from", "to", "rejected", "hedged", "quoted", "speaker", "coded", "judged", "q",
  ];
  const fields = NAMES.filter((name) => form.elements[name]);
  // Filters that take whole documents; values with intervals hold for these.
  const WHOLE = ["frame", "source", "from", "to"];
  const CONTEXT = ["rejected", "hedged", "quoted"];
  const ROWS = 50;
  const AROUND = 60;
  const docs = data.documents;
  const columns = unpacked(data.hits);
  const [firstDocument, firstHit] = data.first;
  const size = docs.id.length;
  const total = columns.e.length;
  const remote = data.chunks.length > 0;
  const coded = (hit) => (columns.x[hit] & 8 ? "right" : columns.x[hit] & 16 ? "wrong" : "");
  const frameOf = (hit) => data.entries[columns.e[hit]][0];
  const documentOf = (hit) => columns.d[hit];
  const folded = new Array(size).fill(null);
  const on = new Uint8Array(total);
  const shows = new Uint8Array(size);
  // The hits of a document stand together: they begin at its number.
  const begins = new Int32Array(size + 1);
  docs.hits.forEach((count, index) => { begins[index + 1] = begins[index] + count; });
  const hitsOf = (index) => Array.from({ length: docs.hits[index] }, (_, place) => begins[index] + place);
  // The sources and months of the documents, by number.
  const months = new Map();
  const monthOf = docs.date.map((date) => {
    const month = date.slice(0, 7);
    if (!months.has(month)) months.set(month, months.size);
    return months.get(month);
  });
  const sources = new Map(data.sources.map((name, place) => [name, place]));
  let state = {};
  let shown = [];
  let listed = [];
  let view = { sort: "document", descending: false, row: 0, order: "", down: false, from: 0 };
  let at = -1;
  let turn = 0;

  const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ");
  const spoken = (text) => fold(text).replace(/[^\p{L}\p{M}\p{N}]+/gu, " ").trim();
  const filtered = () => fields.some((name) => state[name]);

  // Texts: those of the articles on the page, or of files that are loaded when they are needed.
  const texts = new Array(size).fill(null);
  // What stands beside a text: removed lines, facts, values.
  const beside = new Array(size).fill(null);
  const handed = new Map();
  const loading = new Map();
  const startOf = new Map();
  docs.page.forEach((page, index) => { if (!startOf.has(page)) startOf.set(page, index); });
  globalThis.framingTexts = (page, content) => { handed.set(page, content); };
  function fetched(page) {
    const address = data.chunks[page];
    if (address.startsWith("#")) {
      handed.set(page, get(address.slice(1)).textContent);
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const script = document.createElement("script");
      script.onload = script.onerror = () => { script.remove(); resolve(); };
      script.src = address;
      document.head.append(script);
    });
  }
  async function readTexts(page) {
    await fetched(page);
    if (!handed.has(page)) {
      get("missing").hidden = false;
      return;
    }
    const items = await unpack(handed.get(page));
    handed.delete(page);
    items.forEach(([text, ...rest], place) => {
      texts[startOf.get(page) + place] = text;
      beside[startOf.get(page) + place] = rest;
    });
  }
  function load(page) {
    if (!loading.has(page)) loading.set(page, readTexts(page));
    return loading.get(page);
  }
  async function need(indexes) {
    if (!remote) return;
    const pages = new Set();
    for (const index of indexes) if (texts[index] === null) pages.add(docs.page[index]);
    let done = 0;
    const one = async (page) => {
      await load(page);
      done += 1;
      if (pages.size > 4) get("status").value = `Reading texts: ${done} of ${pages.size} files`;
    };
    // Several at a time: one is unpacked while others are read.
    const waiting = [...pages];
    const work = async () => { while (waiting.length) await one(waiting.shift()); };
    await Promise.all(Array.from({ length: 4 }, work));
  }
  function text(index) {
    if (texts[index] === null && !remote) {
      texts[index] = get(`d${index + firstDocument}`).querySelector(".text").textContent;
    }
    return texts[index] === null ? "" : texts[index];
  }
  const spaces = (value) => value.replace(/\s+/g, " ");
  function around(hit) {
    const whole = text(documentOf(hit));
    const start = columns.s[hit];
    const end = start + columns.n[hit];
    let left = whole.slice(Math.max(0, start - AROUND), start);
    let right = whole.slice(end, end + AROUND);
    if (start > AROUND) left = left.replace(/^\S*\s?/, "");
    if (end + AROUND < whole.length) right = right.replace(/\s?\S*$/, "");
    return [spaces(left).trimStart(), spaces(whole.slice(start, end)), spaces(right).trimEnd()];
  }
  const sentence = (hit) => spaces(text(documentOf(hit)).slice(columns.a[hit], columns.b[hit])).trim();

  // Ticks and notes of the reader, kept in this browser.
  const STORE = `framing ${data.key}`;
  let ticks = {};
  try { ticks = JSON.parse(localStorage.getItem(STORE)) || {}; } catch { ticks = {}; }
  const keyOf = (hit) => {
    const [frame, , pattern] = data.entries[columns.e[hit]];
    const place = `${columns.s[hit]}-${columns.n[hit]}`;
    return JSON.stringify([docs.id[documentOf(hit)], place, data.frames[frame], pattern]);
  };
  const tick = (hit) => ticks[keyOf(hit)] || ["", ""];
  function judge(hit, value, note) {
    if (value || note) ticks[keyOf(hit)] = [value, note];
    else delete ticks[keyOf(hit)];
    try { localStorage.setItem(STORE, JSON.stringify(ticks)); } catch { /* no storage: until closed */ }
    tell();
  }
  function tell() {
    let right = 0;
    let wrong = 0;
    for (const [value] of Object.values(ticks)) {
      right += value === "right";
      wrong += value === "wrong";
    }
    get("ticked").value = right + wrong ? `${number(right)} right, ${number(wrong)} wrong` : "";
  }

  // Which hits are shown.
  const day = (date, value, after) => {
    if (!value) return true;
    if (!date) return false;
    const short = value.slice(0, Math.min(date.length, 10));
    return after ? date.slice(0, 10) >= short : date.slice(0, 10) <= short;
  };
  function takes(hit) {
    const [frame, , pattern] = data.entries[columns.e[hit]];
    if (state.frame && data.frames[frame] !== state.frame) return false;
    if (state.entry && pattern !== state.entry) return false;
    if (state.speaker && data.speakers[columns.p[hit]] !== state.speaker) return false;
    if (state.coded && (coded(hit) || "nothing") !== state.coded) return false;
    if (state.judged && (tick(hit)[0] || "not yet") !== state.judged) return false;
    return CONTEXT.every((name, bit) =>
      !state[name] || Boolean(columns.x[hit] & (1 << bit)) === (state[name] === "only"));
  }
  const chosen = () => Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));

  async function apply(asked = chosen()) {
    turn += 1;
    const mine = turn;
    state = asked;
    const query = fold((state.q || "").trim());
    if (query) {
      await need(Array.from({ length: size }, (_, index) => index));
      if (mine !== turn) return;
    }
    const byHits = fields.some((name) => !["source", "from", "to", "q"].includes(name) && state[name]);
    shown = [];
    listed = [];
    for (let index = 0; index < size; index += 1) {
      const date = docs.date[index];
      let found = (!state.source || data.sources[docs.source[index]] === state.source)
        && day(date, state.from, true) && day(date, state.to, false);
      if (found && query) {
        if (folded[index] === null) {
          const facts = [docs.title[index], docs.id[index], data.sources[docs.source[index]], date];
          folded[index] = fold([...facts, text(index)].join(" "));
        }
        found = folded[index].includes(query);
      }
      let count = 0;
      for (let hit = begins[index]; hit < begins[index + 1]; hit += 1) {
        on[hit] = found && takes(hit) ? 1 : 0;
        if (on[hit]) { shown.push(hit); count += 1; }
      }
      shows[index] = found && (!byHits || count > 0) ? 1 : 0;
      if (shows[index]) listed.push(index);
    }
    view.row = 0;
    view.from = 0;
    at = -1;
    document.body.classList.toggle("filtered", filtered());
    const narrow = fields.some((name) => state[name] && !WHOLE.includes(name));
    document.body.classList.toggle("narrowed", narrow);
    for (const element of all(".filtered-only")) element.hidden = !filtered();
    // The entries of the frame that was asked for, or of the entry, are open; others have no hit.
    const asks = state.frame || (state.entry && data.frames[data.entries.find((item) => item[2] === state.entry)?.[0]]);
    for (const list of all("details[data-entries]")) {
      const own = list.dataset.entries === asks;
      list.hidden = Boolean(asks) && !own;
      if (own) list.open = true;
    }
    recount();
    showArticles();
    if (opened >= 0) await open(opened);
    showMissed();
    listDocuments();
    mark(query);
    const told = fields.filter((name) => state[name]).map((name) => `${labelOf(name)}: ${nameOf(name)}`);
    get("status").value =
      `${number(shown.length)} of ${number(total)} hits in ` +
      `${number(listed.length)} of ${number(size)} documents` +
      (told.length ? ` (${told.join(", ")})` : "");
    await listHits();
  }
  // The words of a filter, as the reader sees them.
  function labelOf(name) {
    return form.elements[name].closest("label").firstChild.textContent.trim().toLowerCase();
  }
  function nameOf(name) {
    const field = form.elements[name];
    return name === "entry" && field.value === state.entry && field.selectedOptions.length
      ? field.selectedOptions[0].textContent.replace(/ \([\d,]+\)$/, "") : state[name];
  }

  // All counts on the page follow the filters.
  function recount() {
    // Hits, documents, the last document that was counted, and the first hit.
    const frames = data.frames.map(() => [0, 0, -1, -1]);
    const entries = data.entries.map(() => [0, 0, -1, -1]);
    const wide = data.frames.length;
    const sums = {
      source: new Int32Array(data.sources.length * wide), month: new Int32Array(months.size * wide),
    };
    const tokens = listed.reduce((sum, index) => sum + docs.tokens[index], 0);
    for (const hit of shown) {
      const index = documentOf(hit);
      const frame = frameOf(hit);
      for (const counted of [frames[frame], entries[columns.e[hit]]]) {
        if (!counted[0]) counted[3] = hit;
        counted[0] += 1;
        if (counted[2] !== index) counted[1] += 1;
        counted[2] = index;
      }
      sums.source[docs.source[index] * wide + frame] += 1;
      sums.month[monthOf[index] * wide + frame] += 1;
    }
    for (const row of all("tr[data-frame]")) {
      const [count, documents] = frames[row.dataset.frame];
      row.querySelector("[data-of-frame=hits]").textContent = number(count);
      row.querySelector("[data-of-frame=documents]").textContent = number(documents);
      row.querySelector("[data-of-frame=rate]").textContent = tokens ? (1000 * count / tokens).toFixed(1) : "–";
    }
    const others = new Map(all("[data-documents-of]").map((cell) => [cell.dataset.documentsOf, cell]));
    for (const cell of all("[data-hits-of]")) {
      const [count, documents, , hit] = entries[cell.dataset.hitsOf];
      const link = cell.querySelector("[data-n]");
      link.textContent = number(count);
      if (hit >= 0 && !data.files.length) link.setAttribute("href", `#h${hit + firstHit}`);
      others.get(cell.dataset.hitsOf).textContent = number(documents);
      cell.parentElement.hidden = filtered() && !count;
    }
    for (const row of all("tr[data-group]")) {
      const { group, name } = row.dataset;
      const place = (group === "source" ? sources : months).get(name);
      for (const cell of all("a[data-count]", row)) {
        cell.textContent = number(place === undefined ? 0 : sums[group][place * wide + Number(cell.dataset.count)]);
      }
      row.hidden = !inGroup(group, name);
    }
  }
  function inGroup(group, name) {
    if (group === "source") return !state.source || state.source === name;
    return (!state.from || name >= state.from.slice(0, 7)) && (!state.to || name <= state.to.slice(0, 7));
  }

  // The articles, where the page has them.
  const marks = new Map();
  const nameOfMark = (element) => element.dataset.h || element.id.slice(1);
  for (const element of all("article mark")) {
    const name = nameOfMark(element);
    const same = marks.get(name);
    if (same) same.push(element); else marks.set(name, [element]);
  }
  const articles = all("article").map((element) => ({
    element, index: Number(element.id.slice(1)) - firstDocument, near: false,
  }));
  const articleOf = new Map(articles.map((item) => [item.element, item]));
  // Counts and strips of an article are drawn when it comes near.
  const watch = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) {
      const item = articleOf.get(target);
      item.near = isIntersecting;
      if (isIntersecting) draw(item);
    }
  }, { rootMargin: "600px" });
  for (const { element } of articles) watch.observe(element);
  function draw({ element, index }) {
    const counts = data.frames.map(() => 0);
    const paths = data.frames.map(() => "");
    const length = Math.max(text(index).length, 1);
    for (const hit of hitsOf(index)) {
      if (!on[hit]) continue;
      counts[frameOf(hit)] += 1;
      paths[frameOf(hit)] += `M${Math.floor(columns.s[hit] * 1000 / length)} 0V9`;
    }
    all(".profile tbody tr", element).forEach((row, frame) => {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      svg.setAttribute("viewBox", "0 0 1000 9");
      svg.setAttribute("preserveAspectRatio", "none");
      svg.setAttribute("aria-hidden", "true");
      svg.dataset.frame = frame;
      path.setAttribute("class", `f${frame}`);
      path.setAttribute("d", paths[frame]);
      svg.append(path);
      row.cells[1].textContent = number(counts[frame]);
      row.hidden = Boolean(state.frame) && data.frames[frame] !== state.frame;
      row.lastElementChild.replaceChildren(svg);
    });
  }
  const addresses = new WeakMap();
  function showArticles() {
    for (const item of articles) {
      item.element.hidden = !shows[item.index];
      if (item.near && shows[item.index]) draw(item);
    }
    for (const [name, elements] of marks) {
      const off = !on[Number(name) - firstHit];
      for (const element of elements) {
        if (element.classList.contains("off") === off) continue;
        element.classList.toggle("off", off);
        // Hits that are not shown cannot be opened.
        const inside = element.querySelector(":scope > a");
        if (!inside) continue;
        if (!addresses.has(inside)) addresses.set(inside, inside.getAttribute("href"));
        if (off) inside.removeAttribute("href");
        else inside.setAttribute("href", addresses.get(inside));
      }
    }
  }
  function showMissed() {
    for (const row of all("tr[data-missed]")) {
      const index = Number(row.dataset.missed) - firstDocument;
      row.hidden = !shows[index] || Boolean(state.frame && data.frames[row.dataset.f] !== state.frame);
    }
  }

  // The words that were searched for, marked without a change of the text.
  function mark(query) {
    if (!globalThis.CSS || !CSS.highlights) return;
    CSS.highlights.delete("searched");
    if (!query) return;
    const pattern = query.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/ /g, "\\s+");
    const ranges = [];
    for (const block of all("article:not([hidden]) .text, #reading-article .text")) {
      const whole = block.textContent;
      const places = [...whole.matchAll(new RegExp(pattern, "giu"))];
      if (!places.length) continue;
      const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
      const nodes = [];
      for (let start = 0; walker.nextNode(); start += walker.currentNode.length) nodes.push([start, walker.currentNode]);
      const locate = (place) => {
        let [low, high] = [0, nodes.length - 1];
        while (low < high) {
          const middle = (low + high + 1) >> 1;
          if (nodes[middle][0] <= place) low = middle; else high = middle - 1;
        }
        return [nodes[low][1], place - nodes[low][0]];
      };
      for (const place of places) {
        const range = new Range();
        range.setStart(...locate(place.index));
        range.setEnd(...locate(place.index + place[0].length));
        ranges.push(range);
      }
      if (ranges.length > 5000) break;
    }
    CSS.highlights.set("searched", new Highlight(...ranges));
  }

  // The table of hits in context.
  const SORTS = {
    // By words: marks of punctuation beside a hit do not come before all letters.
    left: (hit) => spoken(around(hit)[0]).split(" ").reverse().join(" "),
    word: (hit) => fold(around(hit)[1]),
    right: (hit) => spoken(around(hit)[2]),
    frame: (hit) => frameOf(hit),
    entry: (hit) => fold(data.entries[columns.e[hit]][1]),
    source: (hit) => fold(data.sources[docs.source[documentOf(hit)]]),
    date: (hit) => docs.date[documentOf(hit)],
    judged: (hit) => tick(hit)[0],
    note: (hit) => tick(hit)[1],
    coded,
  };
  let ordered = { of: null, by: "", hits: [] };
  async function inOrder() {
    const by = `${view.sort} ${view.descending}`;
    if (ordered.of === shown && ordered.by === by && !["judged", "note"].includes(view.sort)) return ordered.hits;
    const hits = [...shown];
    const key = SORTS[view.sort];
    if (key) {
      if (["left", "word", "right"].includes(view.sort)) await need(new Set(hits.map(documentOf)));
      const keys = new Map(hits.map((hit) => [hit, key(hit)]));
      hits.sort((one, two) => {
        const [a, b] = [keys.get(one), keys.get(two)];
        return a < b ? -1 : a > b ? 1 : one - two;
      });
    }
    if (view.descending) hits.reverse();
    ordered = { of: shown, by, hits };
    return hits;
  }
  function cell(row, value, name = "") {
    const item = document.createElement("td");
    if (value instanceof Node) item.append(value);
    else { item.textContent = value; item.dir = "auto"; }
    if (name) item.className = name;
    row.append(item);
    return item;
  }
  function link(value, address) {
    const item = document.createElement("a");
    item.textContent = value;
    item.href = address;
    return item;
  }
  async function listHits() {
    const mine = turn;
    const hits = await inOrder();
    const rows = hits.slice(view.row, view.row + ROWS);
    await need(rows.map(documentOf));
    if (mine !== turn) return;
    const body = get("kwic");
    body.replaceChildren(...rows.map(kwicRow));
    const last = Math.min(view.row + ROWS, hits.length);
    get("rows-of-hits").value = hits.length
      ? `${number(view.row + 1)} to ${number(last)} of ${number(hits.length)}` : "No hit";
    for (const header of all("#sorts th")) {
      const name = header.querySelector("button").dataset.sort;
      if (name === view.sort) header.setAttribute("aria-sort", view.descending ? "descending" : "ascending");
      else header.removeAttribute("aria-sort");
    }
    if (remote && get("status").value.startsWith("Reading")) get("status").value = "";
  }
  function kwicRow(hit) {
    const row = document.createElement("tr");
    const index = documentOf(hit);
    const [frame, name] = data.entries[columns.e[hit]];
    const [left, words, right] = around(hit);
    const [value, note] = tick(hit);
    row.dataset.hit = hit;
    cell(row, link(number(hit + firstHit), `#h${hit + firstHit}`));
    cell(row, left, "left");
    const word = document.createElement("mark");
    word.className = `f${frame}${columns.x[hit] & 1 ? " denied" : ""}`;
    word.textContent = words;
    const signs = data.signs.filter((_, bit) => columns.x[hit] & (1 << bit)).map(([sign]) => sign).join("");
    word.dataset.m = `${data.letters[frame]}${signs}`;
    cell(row, word).dir = "auto";
    cell(row, right, "right");
    cell(row, data.frames[frame]);
    cell(row, name);
    cell(row, data.sources[docs.source[index]]);
    cell(row, docs.date[index], "date");
    const select = document.createElement("select");
    select.setAttribute("aria-label", `Hit ${hit + firstHit}: right or wrong`);
    select.append(...["", "right", "wrong"].map((option) => new Option(option || "–", option, false, option === value)));
    cell(row, select);
    const input = document.createElement("input");
    input.value = note;
    input.setAttribute("aria-label", `Hit ${hit + firstHit}: note`);
    cell(row, input);
    if (form.elements.coded) cell(row, coded(hit) || "–");
    const changed = () => { judge(hit, select.value, input.value); if (at >= 0 && shown[at] === hit) describe(hit); };
    select.addEventListener("change", changed);
    input.addEventListener("change", changed);
    return row;
  }

  // The table of documents.
  function listDocuments() {
    const counts = new Map();
    for (const hit of shown) {
      const index = documentOf(hit);
      if (!counts.has(index)) counts.set(index, data.frames.map(() => 0));
      counts.get(index)[frameOf(hit)] += 1;
    }
    const none = data.frames.map(() => 0);
    const of = (index) => counts.get(index) || none;
    const keys = {
      title: (index) => fold(docs.title[index]),
      source: (index) => fold(data.sources[docs.source[index]]),
      date: (index) => docs.date[index],
      tokens: (index) => docs.tokens[index],
    };
    const order = [...listed];
    if (view.order) {
      const key = keys[view.order] || ((index) => of(index)[view.order]);
      order.sort((one, two) => {
        const [a, b] = [key(one), key(two)];
        return a < b ? -1 : a > b ? 1 : one - two;
      });
      if (view.down) order.reverse();
    }
    const known = all("[data-order]").map((button) => button.dataset.order);
    const rows = order.slice(view.from, view.from + ROWS).map((index) => {
      const row = document.createElement("tr");
      const header = document.createElement("th");
      header.scope = "row";
      header.dir = "auto";
      header.append(link(docs.title[index], `#d${index + firstDocument}`));
      row.append(header);
      if (known.includes("source")) cell(row, data.sources[docs.source[index]], "source");
      if (known.includes("date")) cell(row, docs.date[index], "date");
      cell(row, number(docs.tokens[index]));
      for (const count of of(index)) cell(row, number(count), "count");
      return row;
    });
    get("list").replaceChildren(...rows);
    const last = Math.min(view.from + ROWS, order.length);
    get("rows-of-documents").value = order.length
      ? `${number(view.from + 1)} to ${number(last)} of ${number(order.length)}` : "No document";
    for (const button of all("[data-order]")) {
      const header = button.closest("th");
      if (button.dataset.order === view.order) header.setAttribute("aria-sort", view.down ? "descending" : "ascending");
      else header.removeAttribute("aria-sort");
    }
  }

  // One article, made from its text: the script writes text only, never HTML.
  let opened = -1;
  function element(name, value = "", className = "") {
    const item = document.createElement(name);
    if (value) item.textContent = value;
    if (className) item.className = className;
    return item;
  }
  const signOf = (hit) => {
    const context = data.signs.filter((_, bit) => columns.x[hit] & (1 << bit)).map(([sign]) => sign);
    const speaker = data.speakers[columns.p[hit]];
    return `${data.letters[frameOf(hit)]}${context.join("")}${speaker ? ` ${speaker}` : ""}`;
  };
  const titleOf = (hit) => {
    const context = data.signs.filter((_, bit) => columns.x[hit] & (1 << bit)).map(([, word]) => word);
    const speaker = data.speakers[columns.p[hit]];
    const [frame, name] = data.entries[columns.e[hit]];
    return `${data.frames[frame]}: ${[name, ...context, ...(speaker ? [`speaker: ${speaker}`] : [])].join(", ")}`;
  };
  function profile(index) {
    const table = element("table", "", "profile");
    table.setAttribute("aria-label", "Hits of each frame");
    const head = document.createElement("tr");
    const values = beside[index] ? beside[index][2] : [];
    for (const name of ["Frame", "Hits", ...(values.length ? [data.measure] : [])]) {
      const cell = element("th", name, name === data.measure ? "partly" : "");
      cell.scope = "col";
      head.append(cell);
    }
    head.append(document.createElement("td"));
    const body = document.createElement("tbody");
    data.frames.forEach((name, frame) => {
      const row = document.createElement("tr");
      const header = document.createElement("th");
      header.scope = "row";
      header.append(element("b", data.letters[frame], `key f${frame}`), ` ${name}`);
      row.append(header, document.createElement("td"));
      if (values.length) row.append(element("td", values[frame], "partly"));
      row.append(document.createElement("td"));
      body.append(row);
    });
    const top = document.createElement("thead");
    top.append(head);
    table.append(top, body);
    return table;
  }
  function marked(index) {
    const whole = text(index);
    const block = element("div", "", "text");
    block.lang = document.querySelector("#reader").dataset.language;
    block.dir = "auto";
    const removed = beside[index] ? beside[index][0] : [];
    const hits = hitsOf(index);
    const cuts = new Set([0, whole.length]);
    for (const hit of hits) cuts.add(columns.s[hit]).add(columns.s[hit] + columns.n[hit]);
    for (const [start, end] of removed) cuts.add(start).add(end);
    const places = [...cuts].sort((a, b) => a - b);
    const begun = new Set();
    let running = [];
    let coming = 0;
    for (let piece = 0; piece + 1 < places.length; piece += 1) {
      const [start, end] = [places[piece], places[piece + 1]];
      running = running.filter((hit) => columns.s[hit] + columns.n[hit] > start);
      while (coming < hits.length && columns.s[hits[coming]] <= start) running.push(hits[coming++]);
      running.sort((a, b) => columns.s[a] - columns.s[b] || columns.n[b] - columns.n[a] || a - b);
      let node = block;
      const out = removed.find((line) => line[0] <= start && end <= line[1]);
      if (out) {
        const line = element("span", "", "out");
        line.title = `Not counted: ${out[2]}`;
        node.append(line);
        node = line;
      }
      running.forEach((hit, lane) => {
        const off = on[hit] ? "" : " off";
        const mark = element("mark", "", `f${frameOf(hit)}${columns.x[hit] & 1 ? " denied" : ""}${lane ? ` l${Math.min(lane, 3)}` : ""}${off}`);
        if (begun.has(hit)) mark.dataset.h = hit + firstHit;
        else mark.id = `h${hit + firstHit}`;
        begun.add(hit);
        if (columns.s[hit] + columns.n[hit] === end) mark.dataset.m = signOf(hit);
        node.append(mark);
        node = mark;
      });
      if (running.length) {
        const item = link(whole.slice(start, end), `#h${running.at(-1) + firstHit}`);
        item.title = running.map(titleOf).join("; ");
        node.append(item);
      } else node.append(whole.slice(start, end));
    }
    return block;
  }
  async function open(index) {
    await need([index]);
    opened = index;
    const article = document.createElement("article");
    article.id = `d${index + firstDocument}`;
    const title = element("h3", docs.title[index]);
    title.dir = "auto";
    title.tabIndex = -1;
    const facts = element("p", "", "facts");
    const said = beside[index] ? beside[index][1] : [docs.id[index]];
    said.forEach((fact, place) => facts.append(...(place ? [" · "] : []), element("bdi", fact)));
    article.append(title, facts, profile(index), marked(index));
    if (!docs.hits[index]) article.append(element("p", "No hit."));
    get("reading-article").replaceChildren(article);
    get("reader").hidden = false;
    document.body.classList.add("reading");
    draw({ element: article, index });
    const place = listed.indexOf(index);
    get("which").value = place < 0 ? "" : `${number(place + 1)} of ${number(listed.length)}`;
    if (data.files.length) {
      get("whole").href = `${data.files[docs.page[index]]}#${article.id}`;
      get("whole").hidden = false;
    }
    mark(fold((state.q || "").trim()));
  }
  async function turnArticle(by) {
    if (!listed.length) return;
    const place = listed.indexOf(opened);
    const next = listed[place < 0 ? 0 : (place + by + listed.length) % listed.length];
    await reveal(`d${next + firstDocument}`);
    get(`d${next + firstDocument}`).querySelector("h3").focus({ preventScroll: true });
    write();
  }

  // The place of the reader, and the hit that is looked at.
  let spot = "";
  function write() {
    const hash = new URLSearchParams();
    for (const name of fields) if (state[name]) hash.set(name, state[name]);
    if (view.sort !== "document") hash.set("sort", view.sort);
    if (view.descending) hash.set("descending", "yes");
    if (view.row) hash.set("row", view.row);
    const place = spot.includes("~");
    if (spot && ([...hash].length || place)) hash.set("at", spot);
    const written = [...hash].length ? `#${hash}` : spot ? `#${spot}` : "";
    try { history.replaceState(null, "", location.pathname + location.search + written); } catch { /* in a frame */ }
  }
  async function reveal(id, jump = true) {
    const [name, part] = id.split("~");
    const kind = name[0];
    const index = Number(name.slice(1));
    if (/^h\d+$/.test(name)) {
      const hit = index - firstHit;
      if (!(hit >= 0 && hit < total)) return;
      if (!on[hit]) await everything();
      if (remote) await open(documentOf(hit));
    } else if (/^d\d+$/.test(name)) {
      const which = index - firstDocument;
      if (!(which >= 0 && which < size)) return;
      if (!shows[which]) await everything();
      if (remote) await open(which);
    }
    const element = get(name);
    if (!element) return;
    if (element.closest("[hidden]")) await everything();
    for (let outer = element.parentElement; outer; outer = outer.parentElement) {
      if (outer.localName === "details") outer.open = true;
    }
    for (const other of all("mark.at")) other.classList.remove("at");
    if (element.localName === "mark") {
      element.classList.add("at");
      at = shown.indexOf(index - firstHit);
      describe(index - firstHit);
    }
    if (jump) {
      element.scrollIntoView({ block: kind === "h" && element.localName === "mark" ? "center" : "start" });
      if (part) scrollBy(0, Number(part) * element.getBoundingClientRect().height);
    }
    spot = id;
  }
  async function everything() {
    for (const name of fields) form.elements[name].value = "";
    await apply();
  }
  async function read() {
    const raw = location.hash.slice(1);
    if (!raw.includes("=")) {
      let name = raw;
      try { name = decodeURIComponent(raw); } catch { /* as it stands */ }
      if (name) { await reveal(name); write(); }
      return;
    }
    const hash = new URLSearchParams(raw);
    const asked = Object.fromEntries(fields.map((name) => [name, hash.get(name) || ""]));
    for (const name of fields) form.elements[name].value = asked[name];
    view.sort = SORTS[hash.get("sort")] ? hash.get("sort") : "document";
    view.descending = hash.get("descending") === "yes";
    // By what was asked for: a value that the page does not have has no hit, rather than all.
    await apply(asked);
    if (Number(hash.get("row")) > 0) {
      view.row = Math.min(Math.floor(Number(hash.get("row"))), Math.max(shown.length - 1, 0));
      await listHits();
    }
    const place = hash.get("at") || "";
    const hit = /^h(\d+)$/.exec(place);
    if (place && (!hit || on[Number(hit[1]) - firstHit])) await reveal(place);
    spot = place;
    write();
  }
  function describe(hit) {
    const index = documentOf(hit);
    const [frame, name, pattern] = data.entries[columns.e[hit]];
    const [, words] = around(hit);
    const context = data.signs.filter((_, bit) => columns.x[hit] & (1 << bit)).map(([, word]) => word);
    const speaker = data.speakers[columns.p[hit]];
    if (speaker) context.push(`speaker: ${speaker}`);
    get("hit-text").textContent = [
      `Hit ${number(hit + firstHit)}: “${words}”`, data.frames[frame],
      // A long pattern would cover the article; it stands with the entry.
      name === pattern || pattern.length > 60 ? name : `${name} (${pattern})`, ...context,
      data.sources[docs.source[index]], docs.date[index], docs.title[index],
    ].filter(Boolean).join(" · ");
    const [value, note] = tick(hit);
    get("right").setAttribute("aria-pressed", value === "right");
    get("wrong").setAttribute("aria-pressed", value === "wrong");
    get("note").value = note;
    get("copied").value = "";
    get("entry").href = `#${new URLSearchParams({ frame: data.frames[frame], entry: pattern, at: "hits" })}`;
    get("hit").hidden = false;
    get("hit").dataset.hit = hit;
  }
  const current = () => Number(get("hit").dataset.hit);
  async function step(by) {
    if (!shown.length) return;
    const next = at < 0 ? (by > 0 ? 0 : shown.length - 1) : (at + by + shown.length) % shown.length;
    const hit = shown[next];
    await reveal(`h${hit + firstHit}`);
    const element = get(`h${hit + firstHit}`);
    const target = element && element.querySelector("a");
    if (target) target.focus({ preventScroll: true });
    write();
  }

  // Files and the clipboard.
  const clean = (value) => {
    const item = String(value);
    const risky = /^'*[=+\-@\t\r\n＝＋－＠]/.test(item) ? `'${item}` : item;
    return /[",\r\n]/.test(risky) ? `"${risky.replaceAll('"', '""')}"` : risky;
  };
  function save(name, rows) {
    const body = rows.map((row) => row.map(clean).join(",")).join("\r\n");
    const item = document.createElement("a");
    item.href = URL.createObjectURL(new Blob(["\ufeff", body, "\r\n"], { type: "text/csv" }));
    item.download = name;
    item.click();
    setTimeout(() => URL.revokeObjectURL(item.href), 10000);
  }
  async function saveHits() {
    const hits = await inOrder();
    await need(new Set(hits.map(documentOf)));
    const rows = [["hit", "doc_id", "title", "source", "date", "sentence", "start", "end", "frame", "entry",
      "label", "left", "words", "right", ...CONTEXT, "speaker", "ticked", "note",
      ...(form.elements.coded ? ["coded"] : [])]];
    for (const hit of hits) {
      const index = documentOf(hit);
      const [frame, name, pattern] = data.entries[columns.e[hit]];
      // Positions count characters, not the units of the browser.
      const start = [...text(index).slice(0, columns.s[hit])].length;
      const end = start + [...text(index).slice(columns.s[hit], columns.s[hit] + columns.n[hit])].length;
      rows.push([hit + firstHit, docs.id[index], docs.title[index], data.sources[docs.source[index]],
        docs.date[index], columns.k[hit], start, end, data.frames[frame], pattern, name, ...around(hit),
        ...CONTEXT.map((_, bit) => (columns.x[hit] & (1 << bit) ? "True" : "False")),
        data.speakers[columns.p[hit]], ...tick(hit), ...(form.elements.coded ? [coded(hit)] : [])]);
    }
    save("hits.csv", rows);
  }
  async function saveSheet() {
    const ticked = [];
    for (let hit = 0; hit < total; hit += 1) if (tick(hit)[0]) ticked.push(hit);
    if (!ticked.length) { get("ticked").value = "No hit is ticked yet"; return; }
    await need(new Set(ticked.map(documentOf)));
    const coder = (get("coder").value.trim() || "reader").replace(/[^\p{L}\p{N}._-]+/gu, "_");
    const sentences = new Map();
    for (const hit of ticked) {
      const key = `${documentOf(hit)} ${columns.k[hit]}`;
      if (!sentences.has(key)) sentences.set(key, { hit, codes: data.frames.map(() => ""), notes: [] });
      const item = sentences.get(key);
      const [value, note] = tick(hit);
      // One right hit is enough for the frame.
      const frame = frameOf(hit);
      if (value === "right") item.codes[frame] = "1";
      else if (item.codes[frame] === "") item.codes[frame] = "0";
      if (note) item.notes.push(note);
    }
    const rows = [["coder", "doc_id", "sentence", "text", ...data.frames, "note"]];
    for (const { hit, codes, notes } of sentences.values()) {
      rows.push([coder, docs.id[documentOf(hit)], columns.k[hit], sentence(hit), ...codes, notes.join("; ")]);
    }
    save(`codes_${coder}.csv`, rows);
  }
  async function copy(value) {
    let done = true;
    try { await navigator.clipboard.writeText(value); } catch {
      const area = document.createElement("textarea");
      area.value = value;
      document.body.append(area);
      area.select();
      done = document.execCommand("copy");
      area.remove();
    }
    get("copied").value = done ? "Copied" : value;
  }
  function address(hit) {
    const page = location.href.split("#")[0];
    const hash = new URLSearchParams();
    for (const name of fields) if (state[name]) hash.set(name, state[name]);
    if (![...hash].length) return `${page}#h${hit + firstHit}`;
    hash.set("at", `h${hit + firstHit}`);
    return `${page}#${hash}`;
  }
  function citation(hit) {
    const index = documentOf(hit);
    const [frame, name] = data.entries[columns.e[hit]];
    const facts = [data.sources[docs.source[index]], docs.date[index], docs.id[index]].filter(Boolean);
    return `“${sentence(hit)}” (${docs.title[index]}; ${facts.join(", ")}; sentence ${columns.k[hit]}; ` +
      `hit of “${name}”, frame ${data.frames[frame]}; ${data.title})`;
  }

  form.hidden = false;
  for (const element of all(".js")) element.hidden = false;
  for (const element of all(".no-js")) element.hidden = true;
  form.addEventListener("submit", (event) => event.preventDefault());
  let typing = 0;
  form.addEventListener("input", (event) => {
    if (event.target.name === "entry" && event.target.value) {
      form.elements.frame.value = event.target.selectedOptions[0].dataset.frame;
    }
    if (event.target.name === "frame") form.elements.entry.value = "";
    clearTimeout(typing);
    const run = async () => { await apply(); write(); };
    if (event.target.name === "q") typing = setTimeout(run, 200); else run();
  });
  form.addEventListener("reset", () => setTimeout(async () => { spot = ""; await apply(); write(); }));
  get("first").addEventListener("click", () => { at = -1; step(1); });
  get("next").addEventListener("click", () => step(1));
  get("previous").addEventListener("click", () => step(-1));
  get("close").addEventListener("click", () => { get("hit").hidden = true; });
  for (const value of ["right", "wrong"]) {
    get(value).addEventListener("click", () => {
      const hit = current();
      const [before, note] = tick(hit);
      judge(hit, before === value ? "" : value, note);
      describe(hit);
      listHits();
    });
  }
  get("note").addEventListener("change", () => {
    judge(current(), tick(current())[0], get("note").value);
    listHits();
  });
  get("cite").addEventListener("click", async () => {
    await need([documentOf(current())]);
    copy(citation(current()));
  });
  get("link").addEventListener("click", () => copy(address(current())));
  get("csv").addEventListener("click", saveHits);
  get("sheet").addEventListener("click", saveSheet);
  for (const button of all("[data-sort]")) {
    button.addEventListener("click", async () => {
      const { sort } = button.dataset;
      view.descending = view.sort === sort && !view.descending;
      view.sort = sort;
      view.row = 0;
      await listHits();
      write();
    });
  }
  // The differences between groups: those of a frame and of one or two groups.
  function chooseDifferences() {
    const { frame, one, other } = Object.fromEntries(
      all("#differences-of select").map((select) => [select.name, select.value]));
    for (const row of all("tr[data-target]")) {
      const names = [row.dataset.target, row.dataset.reference];
      const asked = [one, other].filter(Boolean);
      row.hidden = Boolean(frame && row.dataset.of !== frame) || !asked.every((name) => names.includes(name));
    }
  }
  for (const select of all("#differences-of select")) select.addEventListener("change", chooseDifferences);
  for (const button of all("[data-article]")) {
    button.addEventListener("click", () => turnArticle(Number(button.dataset.article)));
  }
  for (const button of all("[data-order]")) {
    button.addEventListener("click", () => {
      const { order } = button.dataset;
      // Numbers begin with the largest.
      view.down = view.order === order ? !view.down : !["title", "source", "date"].includes(order);
      view.order = order;
      view.from = 0;
      listDocuments();
    });
  }
  for (const button of all("[data-turn]")) {
    button.addEventListener("click", async () => {
      const by = Number(button.dataset.turn) * ROWS;
      if (button.dataset.of === "hits") {
        if (view.row + by < shown.length) view.row = Math.max(0, view.row + by);
        await listHits();
        write();
      } else {
        if (view.from + by < listed.length) view.from = Math.max(0, view.from + by);
        listDocuments();
      }
    });
  }
  document.addEventListener("click", (event) => {
    const strip = event.target.closest(".profile svg");
    if (strip) {
      const article = strip.closest("article");
      const box = strip.getBoundingClientRect();
      const frame = Number(strip.dataset.frame);
      const index = Number(article.id.slice(1)) - firstDocument;
      const place = (event.clientX - box.left) / box.width * text(index).length;
      const near = hitsOf(index).filter((hit) => on[hit] && frameOf(hit) === frame)
        .sort((a, b) => Math.abs(columns.s[a] - place) - Math.abs(columns.s[b] - place))[0];
      if (near !== undefined) reveal(`h${near + firstHit}`).then(write);
      return;
    }
    const item = event.target.closest("a[href]");
    if (!item || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const inText = item.closest("article mark");
    if (inText) {
      // The shortest of the hits that are shown.
      const target = item.closest("mark:not(.off)");
      event.preventDefault();
      if (target) reveal(`h${nameOfMark(target)}`, false).then(write);
      return;
    }
    const value = item.getAttribute("href");
    if (!value.startsWith("#")) return;
    event.preventDefault();
    if (value.includes("=")) {
      try { history.pushState(null, "", value); read(); } catch { follow(value); }
    } else {
      spot = "";
      reveal(decodeURIComponent(value.slice(1))).then(write);
    }
  });
  // In a frame without an address of its own, the state is taken from the link.
  async function follow(value) {
    const hash = new URLSearchParams(value.slice(1));
    for (const name of fields) form.elements[name].value = hash.get(name) || "";
    await apply();
    if (hash.get("at")) await reveal(hash.get("at"));
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") get("hit").hidden = true;
  });
  // Where the reader is: the article or section at the top of the window.
  let moved = 0;
  addEventListener("scroll", () => {
    clearTimeout(moved);
    moved = setTimeout(() => {
      const top = form.getBoundingClientRect().bottom + 10;
      const mark = document.querySelector("mark.at");
      if (mark) {
        const box = mark.getBoundingClientRect();
        if (box.bottom > 0 && box.top < innerHeight) return;
      }
      if (scrollY < 50) { spot = ""; write(); return; }
      const element = document.elementsFromPoint(innerWidth / 2, Math.max(top, 1))
        .map((item) => item.closest("article[id], section[aria-labelledby]")).find(Boolean);
      if (!element) return;
      if (element.localName === "article") {
        const box = element.getBoundingClientRect();
        const part = Math.max(0, (top - box.top) / box.height).toFixed(3);
        spot = Number(part) > 0.01 ? `${element.id}~${part}` : element.id;
      } else spot = element.getAttribute("aria-labelledby");
      write();
    }, 250);
  }, { passive: true });
  addEventListener("beforeprint", () => articles.forEach(draw));
  addEventListener("hashchange", read);
  addEventListener("popstate", read);
  tell();
  apply().then(read);
})();
