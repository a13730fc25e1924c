"use strict";

// Tiles are made as far as they are scrolled to; pictures are fetched when they come near the screen.
const TILES_AT_ONCE = 200;
const MESSAGE_MS = 6000;

const grid = document.getElementById("drawings");
const filter = document.getElementById("filter");
const template = document.getElementById("tile");

let drawings = [];
let tiles = [];
let selected = 0;
let silence = 0;
let asked = 0;
// What Ctrl+Z takes back: each drawing as it was before.
const done = [];
// One wish after the other: the second for a drawing must find it where the first put it.
let wishes = Promise.resolve();

const percent = (share) => (share === null ? "" : `${(100 * share).toFixed(1)}%`);

async function load() {
  const query = new URLSearchParams(new FormData(filter));
  const mine = ++asked;
  const answer = await fetch(`drawings?${query}`);
  const found = await answer.json();
  if (mine !== asked) return; // Another filter was chosen meanwhile.
  if (!answer.ok) return say(found.message);
  drawings = found.drawings;
  tiles = [];
  done.length = 0;
  selected = 0;
  grid.replaceChildren();
  const more = found.count > drawings.length ? `, the ${drawings.length} least certain` : "";
  document.getElementById("count").textContent =
    `${found.count} drawing${found.count === 1 ? "" : "s"}${more}`;
  document.getElementById("plot").innerHTML = found.plot;
  makeTiles();
  select(0);
}

function makeTiles() {
  const end = Math.min(drawings.length, tiles.length + TILES_AT_ONCE);
  for (let at = tiles.length; at < end; at++) {
    const tile = template.content.firstElementChild.cloneNode(true);
    tile.id = `drawing-${at}`;
    tile.addEventListener("click", () => select(at));
    tiles.push(tile);
    show(at);
    grid.append(tile);
  }
  if (tiles.length < drawings.length) watcher.observe(tiles[tiles.length - 1]);
}

const watcher = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      watcher.unobserve(entry.target);
      if (entry.target === tiles[tiles.length - 1]) makeTiles();
    }
  },
  { rootMargin: "2000px" },
);

function show(at) {
  const drawing = drawings[at];
  const tile = tiles[at];
  const name = drawing.folder;
  tile.className = `${drawing.label === null ? name : "labelled"} ${drawing.waits ? "waiting" : ""}`;
  const url = `drawings/${encodeURIComponent(drawing.id)}`;
  for (const kind of ["drawing", "seen"]) {
    const image = tile.querySelector(`img.${kind}`);
    const source = `${url}/${kind}.png?${drawing.version}`;
    if (image.getAttribute("src") === source) continue;
    image.onerror = () => image.classList.add("none");
    image.src = source;
  }
  tile.querySelector("img.drawing").alt = `${drawing.file}, lies in ${name}`;
  tile.querySelector(".place b").textContent = name;
  tile.querySelector(".place span").textContent =
    drawing.label !== null ? "✓ by a person" : drawing.status === name ? "" : drawing.status;
  tile.querySelector(".guesses").textContent =
    drawing.confidence === null
      ? drawing.reason
      : `${drawing.digit}: ${percent(drawing.confidence)}\n` +
        `${drawing.second_digit}: ${percent(drawing.second_confidence)}`;
  const file = tile.querySelector(".file");
  file.textContent = drawing.file;
  file.title = `${drawing.file}, ${drawing.day}${drawing.reason ? `: ${drawing.reason}` : ""}`;
}

function select(at) {
  if (!drawings.length) return;
  at = Math.max(0, Math.min(drawings.length - 1, at));
  while (at >= tiles.length) makeTiles();
  tiles[selected].setAttribute("aria-selected", "false");
  selected = at;
  tiles[at].setAttribute("aria-selected", "true");
  grid.setAttribute("aria-activedescendant", tiles[at].id);
  tiles[at].scrollIntoView({ block: "nearest" });
}

function columns() {
  return getComputedStyle(grid).gridTemplateColumns.split(" ").length;
}

function refile(at, wish) {
  const before = drawings[at];
  drawings[at] = { ...before, waits: true, folder: wish.folder };
  show(at);
  const these = drawings;
  wishes = wishes.then(async () => {
    let after = before;
    try {
      const answer = await fetch(`drawings/${encodeURIComponent(before.id)}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(wish),
      });
      const told = await answer.json();
      if (told.drawing) after = told.drawing;
      else if (answer.status === 202) after = { ...before, folder: wish.folder };
      if (told.message) say(told.message);
    } catch {
      say("the review has ended: start it again");
    }
    if (these !== drawings) return;
    drawings[at] = after;
    show(at);
  });
}

function correct(folder) {
  if (!drawings.length) return;
  done.push([selected, drawings[selected].folder, drawings[selected].label !== null]);
  refile(selected, { folder });
  select(selected + 1);
}

function undo() {
  const last = done.pop();
  if (!last) return say("nothing to undo");
  const [at, folder, is_label] = last;
  refile(at, { folder, is_undo: true, is_label });
  select(at);
}

function say(text) {
  const message = document.getElementById("message");
  message.textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => (message.textContent = ""), MESSAGE_MS);
}

document.addEventListener("keydown", (event) => {
  if (event.target.closest("form")) return;
  const isCommand = event.ctrlKey || event.metaKey;
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns(), ArrowDown: columns() };
  if (isCommand && event.key.toLowerCase() === "z") undo();
  else if (isCommand || event.altKey) return;
  else if (/^[0-9]$/.test(event.key)) correct(event.key);
  else if (event.key === "u") correct("unsure");
  else if (event.key in steps) select(selected + steps[event.key]);
  else return;
  event.preventDefault();
});

filter.addEventListener("change", () => {
  document.activeElement.blur();
  load();
});
load();
