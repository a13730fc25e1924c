// The grid of drawings: a tile for each, made as far as the page is scrolled.

const TILES_AT_ONCE = 200;

export const percent = (share) => (share === null ? "" : `${(100 * share).toFixed(1)}%`);

export function pictureUrl(drawing, kind) {
  return `drawings/${encodeURIComponent(drawing.id)}/${kind}.png?${drawing.version}`;
}

export class Tiles {
  constructor(grid, template, onClick) {
    this.grid = grid;
    this.template = template;
    this.onClick = onClick;
    this.drawings = [];
    this.nodes = new Map(); // by id, so that a picture is not fetched again for a new list
    this.made = 0;
    this.watcher = new IntersectionObserver((entries) => this.onScroll(entries), {
      rootMargin: "2000px",
    });
  }

  show(drawings) {
    const made = Math.max(this.made, TILES_AT_ONCE);
    this.drawings = drawings;
    this.made = 0;
    this.watcher.disconnect();
    const kept = new Set(drawings.map((drawing) => drawing.id));
    for (const [id, node] of this.nodes) {
      if (kept.has(id)) continue;
      node.remove();
      this.nodes.delete(id);
    }
    this.make(Math.min(made, drawings.length));
  }

  make(end = this.made + TILES_AT_ONCE) {
    end = Math.min(this.drawings.length, end);
    const last = this.made && this.nodes.get(this.drawings[this.made - 1].id);
    let next = last ? last.nextElementSibling : this.grid.firstElementChild;
    for (const drawing of this.drawings.slice(this.made, end)) {
      const node = this.node(drawing);
      // Moved only if it is elsewhere: a tile that stays keeps its focus and its pictures.
      if (node === next) next = next.nextElementSibling;
      else this.grid.insertBefore(node, next);
    }
    this.made = end;
    if (end < this.drawings.length) this.watcher.observe(this.nodes.get(this.drawings[end - 1].id));
  }

  node(drawing) {
    let node = this.nodes.get(drawing.id);
    if (!node) {
      node = this.template.content.firstElementChild.cloneNode(true);
      node.dataset.id = drawing.id;
      node.id = `drawing-${drawing.id}`;
      node.addEventListener("click", (event) => this.onClick(drawing.id, event));
      this.nodes.set(drawing.id, node);
    }
    update(node, drawing);
    return node;
  }

  onScroll(entries) {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      this.watcher.unobserve(entry.target);
      this.make();
    }
  }

  // The tile of the drawing at a place of the list, made if need be.
  at(index) {
    while (index >= this.made) this.make();
    return this.nodes.get(this.drawings[index].id);
  }

  columns() {
    return getComputedStyle(this.grid).gridTemplateColumns.split(" ").length;
  }
}

function update(node, drawing) {
  node.className = [
    drawing.label ? "labelled" : drawing.folder,
    drawing.waits ? "waiting" : "",
    node.classList.contains("no-picture") ? "no-picture" : "",
  ].join(" ");
  for (const kind of ["drawing", "seen"]) {
    const image = node.querySelector(`img.${kind}`);
    const source = pictureUrl(drawing, kind);
    if (image.getAttribute("src") === source) continue;
    image.onerror = () => {
      image.classList.add("none");
      if (kind === "drawing") node.classList.add("no-picture");
    };
    image.src = source;
  }
  node.querySelector("img.drawing").alt = `${drawing.file}, in ${drawing.folder}`;
  node.querySelector(".fault").textContent = drawing.reason || "no picture can be shown";
  node.querySelector(".place b").textContent = drawing.folder;
  node.querySelector(".place span").textContent = drawing.label
    ? drawing.label === drawing.folder ? "✓ by a person" : `✓ ${drawing.label}`
    : [drawing.folder, "corrected"].includes(drawing.status) ? "" : drawing.status;
  node.querySelector(".guesses").textContent =
    drawing.confidence === null
      ? drawing.reason
      : `${drawing.digit}: ${percent(drawing.confidence)}\n` +
        `${drawing.second_digit}: ${percent(drawing.second_confidence)}`;
  const file = node.querySelector(".file");
  file.textContent = drawing.file;
  file.title = `${drawing.file}, ${new Date(drawing.time).toLocaleString()}`;
}
