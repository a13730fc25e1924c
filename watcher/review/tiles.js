// The grid of drawings. Only the tiles near the part that is in view are in the document: the browser's work for
// each frame grows with all tiles that it holds, shown or not.

// How far beyond the view tiles are made, in pixels.
const MARGIN = 1000;

export const percent = (share) => (share === null ? "" : `${(100 * share).toFixed(1)}%`);

export function pictureUrl(drawing, kind) {
  return `drawings/${encodeURIComponent(drawing.id)}/${kind}.png?${drawing.version}`;
}

export class Tiles {
  constructor(grid, template, isSelected, onClick) {
    this.grid = grid;
    this.template = template;
    this.isSelected = isSelected;
    this.onClick = onClick;
    this.drawings = [];
    this.nodes = new Map(); // by id, so that a picture is not fetched again for a new list
    this.rows = ""; // those in the document
    for (const event of ["scroll", "resize"]) window.addEventListener(event, () => this.arrange());
  }

  show(drawings) {
    this.drawings = drawings;
    const before = this.nodes;
    this.nodes = new Map();
    drawings.forEach(({ id }, index) => before.has(id) && this.update(before.get(id), index));
    this.rows = "";
    this.arrange();
  }

  // Puts the tiles around a place of the page into the document; padding stands for all others.
  arrange(top = window.scrollY - this.grid.offsetTop) {
    const { columns, height } = this.measure();
    const rows = Math.ceil(this.drawings.length / columns);
    const row = (place) => Math.max(0, Math.min(rows, Math.floor(place / height)));
    const [first, end] = [row(top - MARGIN), row(top + window.innerHeight + MARGIN + height)];
    const wanted = `${first}-${end} by ${columns}`;
    if (wanted === this.rows) return;
    this.rows = wanted;
    this.grid.style.paddingBlock = `${first * height}px ${(rows - end) * height}px`;
    const nodes = [];
    for (let at = first * columns; at < Math.min(end * columns, this.drawings.length); at++) nodes.push(this.at(at));
    const near = new Set(nodes);
    for (const node of [...this.grid.children]) if (!near.has(node)) node.remove();
    let next = this.grid.firstElementChild;
    for (const node of nodes) {
      // Moved only if it is elsewhere: a tile that stays keeps its focus and its pictures.
      if (node === next) next = next.nextElementSibling;
      else this.grid.insertBefore(node, next);
    }
    this.mark();
  }

  // The tile of the drawing at a place of the list, in the document or not.
  at(index) {
    const { id } = this.drawings[index];
    if (!this.nodes.has(id)) {
      const node = this.template.content.firstElementChild.cloneNode(true);
      node.dataset.id = id;
      node.id = `drawing-${id}`;
      node.addEventListener("click", (event) => this.onClick(id, event));
      this.update(node, index);
    }
    return this.nodes.get(id);
  }

  update(node, index) {
    const drawing = this.drawings[index];
    this.nodes.set(drawing.id, node);
    node.setAttribute("aria-posinset", index + 1);
    node.setAttribute("aria-setsize", this.drawings.length);
    update(node, drawing);
  }

  // Shows which tiles are selected.
  mark() {
    for (const node of this.grid.children) node.setAttribute("aria-selected", this.isSelected(node.dataset.id));
  }

  scrollTo(index) {
    const node = this.at(index);
    const { columns, height } = this.measure();
    if (!node.isConnected) this.arrange(Math.floor(index / columns) * height);
    node.scrollIntoView({ block: "nearest" });
  }

  columns() {
    return this.measure().columns;
  }

  measure() {
    const { gridTemplateColumns, gridAutoRows, rowGap } = getComputedStyle(this.grid);
    return { columns: gridTemplateColumns.split(" ").length, height: parseFloat(gridAutoRows) + parseFloat(rowGap) };
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
