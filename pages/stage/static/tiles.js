// Tiles: rows of small pictures, drawn pixel by pixel on canvases that stay; all of them together are one tab stop.

import { ARROWS, PRESSES } from "./keys.js";
import { setText } from "./maths.js";
import { div, leadTo } from "./nodes.js";

const FIRST = "#".charCodeAt(0); // the palette's first colour
const TITLE = 1.15; // rem: the height of a row's title
const [APART, AROUND] = [4, 6]; // px between tiles, and above and below a row
const [LEAST, MOST] = [1.1, 16]; // rem: the side of a tile

export class TilesPanel {
  constructor(stage) {
    this.stage = stage;
    this.node = div();
    this.node.setAttribute("role", "group");
    this.title = div("stage-title");
    this.holder = div("stage-tile-rows");
    this.holder.resized = (width, height) => this.resized(width, height);
    this.node.append(this.title, this.holder);
    this.node.addEventListener("keydown", (event) => this.pressed(event));
    this.holder.addEventListener("focusin", () => this.stop());
    stage.sizes.observe(this.holder);
  }

  update({ rows = [], palette = [], title = "" }) {
    setText(this.title, title);
    this.title.hidden = !title;
    if (this.node.ariaLabel !== title) this.node.ariaLabel = title;
    this.setPalette(palette);
    while (this.holder.children.length > rows.length) this.holder.lastChild.remove();
    rows.forEach((row, i) => this.updateRow(this.holder.children[i] ?? this.addRow(), row));
    this.stop();
    const counts = [rows.length, ...rows.map(({ tiles }) => tiles.length)].join();
    if (counts !== this.counts) {
      this.counts = counts;
      this.redraw();
    }
  }

  setPalette(palette) {
    const text = palette.join();
    if (text === this.paletteText) return;
    this.paletteText = text;
    this.palette = palette.map(channels);
    for (const canvas of this.holder.querySelectorAll("canvas")) canvas.pixels = undefined;
  }

  addRow() {
    const [section, title, line] = ["", "stage-tile-title", "stage-tile-row"].map(div);
    section.append(title, line);
    this.holder.append(section);
    return section;
  }

  updateRow(section, { title = "", tiles = [] }) {
    const [head, line] = section.children;
    setText(head, title);
    while (line.children.length > tiles.length) line.lastChild.remove();
    tiles.forEach((tile, j) => {
      const button = line.children[j] ?? line.appendChild(newTile());
      const state = [tile.ref, tile.label, tile.alt, Boolean(tile.marked)].join("\n");
      if (button.state !== state) {
        button.state = state;
        leadTo(button, tile.ref);
        button.title = tile.label;
        button.setAttribute("aria-label", tile.alt);
        button.setAttribute("aria-pressed", String(Boolean(tile.marked)));
      }
      this.paint(button.firstChild, tile);
    });
  }

  paint(canvas, { pixels, width }) {
    if (canvas.pixels === pixels) return;
    canvas.pixels = pixels;
    draw(canvas, pixels, width, this.palette);
  }

  resized(width, height) {
    if (width === this.width && height === this.height) return;
    [this.width, this.height] = [width, height];
    this.redraw();
  }

  /** Tiles as large as fit: by the longest row, and by the height where the panel has one. */
  redraw() {
    const lines = [...this.holder.children].map((section) => section.lastChild.children.length);
    if (!this.width || !lines.length) return;
    const { rem } = this.stage, most = Math.max(...lines);
    const across = (this.width - AROUND - APART * (most - 1)) / most;
    const bounded = this.node.style.height || this.node.closest("[data-present]"); // there a panel has its row's height
    const down = bounded ? this.height / lines.length - TITLE * rem - AROUND : Infinity;
    const side = Math.max(LEAST * rem, Math.min(across, down, MOST * rem));
    this.holder.style.setProperty("--stage-tile", `${Math.floor(side)}px`);
  }

  /** Keep exactly one tile in the page's tab order: the one with the focus, else the chosen one. */
  stop() {
    const now = ["button:focus", "button[aria-pressed=true]", "button"].map((one) => this.holder.querySelector(one)).find(Boolean);
    if (now === this.current) return;
    if (this.current) this.current.tabIndex = -1;
    this.current = now;
    if (now) now.tabIndex = 0;
  }

  pressed(event) {
    if (PRESSES.has(event.key)) event.stopPropagation(); // the button's own click follows
    const move = ARROWS[event.key], line = event.target.parentNode;
    if (!move || event.target.tagName !== "BUTTON" || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation(); // and the page does not step
    const rows = [...this.holder.children].map((section) => section.lastChild);
    const row = rows[rows.indexOf(line) + move[0]], place = [...line.children].indexOf(event.target) + move[1];
    row?.children[Math.min(place, move[0] ? row.children.length - 1 : place)]?.focus();
  }

  end() {
    this.stage.sizes.unobserve(this.holder);
  }
}

/** A picture on a canvas of its own, as a tile has it. */
export function pixels(canvas, { pixels: text, width }, palette) {
  draw(canvas, text, width, palette.map(channels));
}

const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

function draw(canvas, text, width, palette) {
  const height = text.length / width;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const image = new ImageData(width, height);
  for (let at = 0; at < text.length; at++) {
    const [red, green, blue] = palette[text.charCodeAt(at) - FIRST];
    image.data.set([red, green, blue, 255], 4 * at);
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

function newTile() {
  const button = document.createElement("button");
  button.type = "button";
  button.tabIndex = -1;
  button.append(document.createElement("canvas"));
  return button;
}
