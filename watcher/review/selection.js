// Which drawings are selected: one is current, and others may be selected with it.

export class Selection {
  constructor(drawings) {
    this.drawings = drawings;
    this.current = 0;
    this.anchor = 0;
    this.ids = new Set(drawings.length ? [drawings[0].id] : []);
  }

  get isMultiple() {
    return this.ids.size > 1;
  }

  // The selected drawings in the order of the list.
  chosen() {
    return this.drawings.filter((drawing) => this.ids.has(drawing.id));
  }

  only(at) {
    this.current = this.anchor = this.clamped(at);
    this.ids = new Set(this.drawings.length ? [this.drawings[this.current].id] : []);
  }

  extendTo(at) {
    this.current = this.clamped(at);
    const [first, last] = [this.anchor, this.current].sort((a, b) => a - b);
    this.ids = new Set(this.drawings.slice(first, last + 1).map((drawing) => drawing.id));
  }

  toggle(at) {
    const { id } = this.drawings[at];
    if (this.ids.has(id) && this.ids.size > 1) this.ids.delete(id);
    else this.ids.add(id);
    if (this.ids.has(id)) this.current = this.anchor = at;
    else this.current = this.drawings.findIndex((drawing) => this.ids.has(drawing.id));
  }

  all() {
    this.ids = new Set(this.drawings.map((drawing) => drawing.id));
  }

  // Replaces the list and keeps what is selected; `at` is where to go if none of it is left.
  replace(drawings, at = this.current) {
    const id = this.drawings[this.current]?.id;
    const ids = new Set(drawings.map((drawing) => drawing.id).filter((one) => this.ids.has(one)));
    this.drawings = drawings;
    const kept = drawings.findIndex((drawing) => drawing.id === id);
    if (!ids.size) return this.only(at);
    this.ids = ids;
    this.current = kept >= 0 && ids.has(id) ? kept : drawings.findIndex((one) => ids.has(one.id));
    this.anchor = this.current;
  }

  clamped(at) {
    return Math.max(0, Math.min(this.drawings.length - 1, at));
  }
}
