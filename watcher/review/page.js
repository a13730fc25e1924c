// The page: lists, acts and their undo. The filters are in the address, the acts on the server.

import { get, pending, post } from "./api.js";
import { close, enlarge, isOpen, padPlace } from "./enlarged.js";
import { countAnswered, noFilter, showHeader, showUndo } from "./header.js";
import { onKeys } from "./keys.js";
import { Selection } from "./selection.js";
import { Tiles } from "./tiles.js";

const POLL_MS = 2000;
const MESSAGE_MS = 10_000;
const TABS = ["review", "confirmed", "all"];

const byId = (id) => document.getElementById(id);
const [grid, filter, pad, bar] = ["drawings", "filter", "pad", "bar"].map(byId);

// On a narrow screen the buttons are at its bottom, in reach of a thumb.
const isNarrow = matchMedia("(max-width: 40rem)");

let selection = new Selection([]);
const tiles = new Tiles(grid, byId("tile"), (id) => selection.ids.has(id), onTileClick);
let tab = "review";
let version = "";
let loads = 0;
let loading = 0;
let silence = 0;

// The address.

function query() {
  const chosen = new URLSearchParams({ tab });
  for (const [key, value] of new FormData(filter)) if (value) chosen.set(key, value);
  if (chosen.get("sort") === "certainty") chosen.delete("sort");
  return chosen;
}

function readAddress() {
  const given = new URLSearchParams(location.search);
  tab = TABS.includes(given.get("tab")) ? given.get("tab") : "review";
  for (const field of filter.elements) {
    if (field.name) field.value = given.get(field.name) ?? (field.name === "sort" ? "certainty" : "");
  }
}

function applyFilter() {
  history.replaceState(null, "", `?${query()}`);
  load();
}

function choose(values) {
  for (const [key, value] of Object.entries(values)) filter.elements[key].value = value;
  applyFilter();
}

// The list.

async function load(selectId = null) {
  const mine = ++loads;
  let found;
  loading += 1;
  try {
    found = await get(`drawings?${query()}`);
  } catch (error) {
    if (mine === loads) say(error.message);
    return;
  } finally {
    loading -= 1;
  }
  if (mine !== loads) return; // Another filter was chosen meanwhile.
  version = found.version;
  selection.replace(found.drawings);
  if (selectId !== null) {
    const at = found.drawings.findIndex((drawing) => drawing.id === selectId);
    if (at >= 0) selection.only(at);
  }
  showHeader(found, tab, selection.drawings.length > 0);
  render();
}

function render() {
  tiles.show(selection.drawings);
  mark();
}

// On a narrow screen the plots would push the drawings out of sight.
function fold() {
  byId("totals").open = !isNarrow.matches;
}

function mark(isMoved = false) {
  const { drawings, current } = selection;
  tiles.mark();
  pad.hidden = bar.hidden = drawings.length === 0;
  if (!drawings.length) return document.body.append(pad);
  const node = tiles.at(current);
  grid.setAttribute("aria-activedescendant", node.id);
  const place = isOpen() ? padPlace() : selection.isMultiple || isNarrow.matches ? bar : node;
  bar.hidden = place !== bar;
  if (pad.parentElement !== place) place.append(pad);
  const size = selection.ids.size;
  pad.querySelector("p").textContent = size > 1 ? `${size} selected` : "";
  pad.querySelector("[data-choice=confirm]").firstChild.textContent = size > 1 ? `these ${size} are right` : "✓ right";
  if (isMoved) tiles.scrollTo(current);
  if (isMoved && isOpen()) enlarge(drawings[current]);
}

function select(at) {
  selection.only(at);
  mark(true);
}

function extend(at) {
  selection.extendTo(at);
  mark(true);
}

function onTileClick(id, event) {
  if (pad.contains(event.target)) return;
  const at = selection.drawings.findIndex((drawing) => drawing.id === id);
  if (event.shiftKey) selection.extendTo(at);
  else if (event.ctrlKey || event.metaKey || event.target.closest(".pick")) selection.toggle(at);
  else selection.only(at);
  mark(true);
}

// Acts.

async function act(choice) {
  const chosen = selection.chosen();
  if (!chosen.length) return;
  const ids = chosen.map((drawing) => drawing.id);
  showExpected(choice, new Set(ids));
  try {
    const done = await post("acts", { ids, choice });
    say(done.message, done.is_done);
    showUndo(done.undo);
  } catch (error) {
    say(error.message);
  }
  if (!pending) load();
}

// Shows what an act is going to do, before the server has answered.
function showExpected(choice, ids) {
  const { drawings, current } = selection;
  const first = drawings.findIndex((drawing) => ids.has(drawing.id));
  const changed = (drawing) => ({ ...drawing, waits: true, folder: choice === "confirm" ? drawing.folder : choice });
  if (tab !== "review") {
    selection.drawings = drawings.map((drawing) => (ids.has(drawing.id) ? changed(drawing) : drawing));
    if (ids.size === 1) selection.only(current + 1);
  } else {
    const postponed = choice === "unsure" ? drawings.filter((drawing) => ids.has(drawing.id)) : [];
    selection.drawings = [...drawings.filter((drawing) => !ids.has(drawing.id)), ...postponed];
    if (!postponed.length) countAnswered(ids.size);
    selection.only(first);
  }
  render();
  if (!selection.drawings.length && isOpen()) close();
  mark(true);
}

async function undo() {
  try {
    const undone = await post("undo", {});
    say(undone.message);
    await load(undone.drawings[0]?.id ?? null);
    mark(true);
  } catch (error) {
    say(error.message);
  }
}

function say(text, canUndo = false) {
  const message = byId("message");
  message.querySelector("span").textContent = text;
  message.querySelector("button").hidden = !canUndo;
  clearTimeout(silence);
  silence = setTimeout(() => say(""), text ? MESSAGE_MS : 2 ** 31 - 1);
}

function enlargeCurrent() {
  if (!selection.drawings.length) return;
  enlarge(selection.drawings[selection.current]);
  mark();
}

// Events.

for (let digit = 0; digit < 10; digit++) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.choice = button.textContent = digit;
  pad.querySelector(".digits").append(button);
}
pad.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button?.dataset.choice) act(button.dataset.choice);
  else if (button) enlargeCurrent();
});
byId("tabs").addEventListener("click", ({ target }) => {
  tab = target.closest("button")?.dataset.tab ?? tab;
  selection = new Selection([]);
  applyFilter();
});
byId("plot").addEventListener("click", ({ target }) => {
  const { key, value } = target.closest("[data-key]")?.dataset ?? {};
  if (key) choose(key === "day" ? { first_day: value, last_day: value } : { folder: value });
});
filter.addEventListener("submit", (event) => event.preventDefault());
filter.addEventListener("input", applyFilter);
for (const button of [byId("clear"), byId("empty").querySelector("button")]) {
  button.addEventListener("click", () => choose(noFilter));
}
for (const button of [byId("undo"), byId("message").querySelector("button")]) button.addEventListener("click", undo);
byId("keys").addEventListener("click", () => byId("help").showModal());
byId("labels").querySelector("button").addEventListener("click", async ({ target }) => {
  await navigator.clipboard.writeText(byId("labels").querySelector("code").textContent);
  target.textContent = "Copied";
});
byId("enlarged").addEventListener("close", () => mark());
byId("enlarged").addEventListener("click", ({ target }) => {
  const step = target.closest("[data-step]")?.dataset.step;
  if (step) select(selection.current + Number(step));
});
for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
isNarrow.addEventListener("change", () => (fold(), mark()));
window.addEventListener("popstate", () => (readAddress(), load()));

onKeys({ act, undo, select, extend, enlargeCurrent, filter, tiles, selection: () => selection, selectAll: () => (selection.all(), mark()) });

setInterval(async () => {
  if (document.hidden || pending || loading) return;
  const found = await get("version").catch(() => null);
  if (found && found.version !== version && !pending && !loading) load();
}, POLL_MS);

fold();
readAddress();
load();
