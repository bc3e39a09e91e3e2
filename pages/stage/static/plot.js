// Plots: Plotly.react on a node that stays; a figure whose JSON did not change is not touched. What comes next is drawn out
// of sight beforehand, on canvases that lie below the one that is seen; a figure that stands ready there comes up instead of
// being drawn.
// A third of Plotly draws what is flat; the whole is fetched where a figure turns in space.

import { setText } from "./maths.js";
import { div } from "./nodes.js";
import { libraryFrom } from "./sources.js";
import { turnSideways } from "./turning.js";

const CONFIG = { displayModeBar: false, displaylogo: false, scrollZoom: false, doubleClick: "reset", showTips: false };
const SMALLEST = 0.8; // of the type size for which a figure was designed
const QUOTE = "TOBESTRIPPED"; // stands for a mark around a font's name in Plotly's SVG; left there where Firefox writes none
const READY = 5; // canvases out of sight for each panel, at most

let flat, solid; // a third of Plotly, and the whole of it once a figure has asked for that
export const plotlyReady = libraryFrom("plotly/plotly-cartesian.min.js").then((library) => (flat = library));
let wholeReady;
const whole = () => (wholeReady ??= libraryFrom("plotly.min.js").then((library) => {
  solid = library;
  window.Plotly = flat ?? library;
}, (error) => {
  wholeReady = undefined; // the next message asks for it once more
  throw error;
}));

// What a tap has had a figure say stays when the finger is lifted, until the next is put down anywhere.
let tapped;
document.addEventListener("pointerdown", () => {
  if (tapped?.canvas.library) tapped.canvas.library.Fx.unhover(tapped.canvas);
  tapped = undefined;
}, true);

const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class PlotPanel {
  constructor(stage) {
    this.stage = stage;
    this.node = div();
    this.title = div("stage-title");
    this.frame = div("stage-frame");
    this.frame.setAttribute("role", "img");
    // Plotly acts on every button; all but the first are the browser's.
    for (const name of ["mousedown", "pointerdown"]) {
      this.frame.addEventListener(name, (event) => (event.button || event.ctrlKey) && event.stopPropagation(), true);
    }
    // Of a finger it hears what the browser makes of a tap. It would hold the page to zoom, or take a scroll for a click.
    this.frame.addEventListener("touchstart", (event) => {
      if (!this.figure || !isFlat(this.figure)) return;
      event.stopPropagation();
      tapped = this;
    }, { capture: true, passive: true });
    this.frame.addEventListener("pointerover", ({ pointerType }) => pointerType !== "touch" && (tapped = undefined));
    this.frame.addEventListener("mouseout", (event) => tapped === this && event.stopPropagation(), true);
    this.canvas = newCanvas();
    this.ready = []; // canvases out of sight, the one used last in front
    this.frame.append(this.canvas);
    // With its scroll bar, if it has one: a bar that changed the size of the drawing could call itself on and off.
    this.frame.resized = () => this.resized(this.frame.offsetWidth, this.frame.offsetHeight);
    this.node.append(this.title, this.frame);
    stage.sizes.observe(this.frame);
  }

  update({ figure, alt, title = "", coded = false }) {
    setText(this.title, title, coded);
    this.title.hidden = !title;
    if (this.alt !== alt) this.frame.setAttribute("aria-label", (this.alt = alt));
    if (this.figure === figure && this.drawn === figure) return;
    this.figure = figure;
    if (this.stage.hurried || this.waits) this.stage.late.add(this);
    else this.redraw();
  }

  /** Whether its figure is drawn behind the picture: one that turns in space takes several frames. */
  get waits() {
    return !isFlat(this.figure);
  }

  resized(width, height) {
    if (width === this.width && height === this.height) return;
    [this.width, this.height] = [width, height];
    this.frame.style.setProperty("--stage-high", `${height}px`); // on paper it is as high
    this.redraw();
  }

  redraw() {
    if (!this.width || !this.height || !this.figure || !libraryFor(this.figure)) return this.wait();
    this.drawn = this.figure; // or at least tried: a figure that fails must not hold up the others
    try {
      if (!this.swap()) this.react(this.canvas, this.figure);
    } catch (error) {
      this.failed(error);
    }
  }

  /** The first figure that turns in space fetches what draws it. */
  wait() {
    if (!this.figure || isFlat(this.figure)) return;
    whole().then(() => this.stage.message && this.stage.paint(), (error) => this.failed(error));
  }

  /** What a canvas must have been drawn from to be the one that is wanted now. */
  wanted(figure) {
    return [this.width, this.height, this.stage.rem, this.stage.coloured, figure].join("|");
  }

  /** Put a canvas in place on which the figure stands ready; whether there was one. A zoom stays where it is. */
  swap() {
    const wanted = this.wanted(this.figure), canvas = this.turned ? undefined : this.ready.find(({ from }) => from === wanted);
    if (!canvas) return false;
    this.ready = [this.canvas, ...this.ready.filter((other) => other !== canvas)];
    this.canvas.classList.replace("stage-canvas", "stage-spare");
    canvas.classList.replace("stage-spare", "stage-canvas"); // nothing is laid out anew: both are there already
    this.canvas.style.width = "";
    this.canvas = canvas;
    this.scrolls(canvas.size);
    this.placing = canvas.placing;
    return true;
  }

  /** Draw a figure that may be wanted next, out of sight. */
  prepare({ figure }) {
    if (!flat || !this.width || !this.height || this.turned || !isFlat(figure) || figure.includes('"transition"')) return;
    const wanted = this.wanted(figure);
    if (this.canvas.from === wanted) return;
    const there = this.ready.find(({ from }) => from === wanted);
    const canvas = there ?? (this.ready.length < READY ? newCanvas("stage-spare") : this.ready.at(-1));
    this.ready = [canvas, ...this.ready.filter((other) => other !== canvas)];
    if (there) return;
    if (!canvas.isConnected) this.frame.append(canvas);
    this.react(canvas, figure);
  }

  react(canvas, figure) {
    const { data, layout } = JSON.parse(figure), library = libraryFor(figure);
    canvas = this.cleared(canvas, library);
    const size = fitted(layout.meta ?? {}, this.width, this.height, this.stage.rem / 16);
    if (canvas === this.canvas) this.scrolls(size);
    else if (size.width > this.width) size.height = this.frame.clientHeight;
    dress(data, layout, size);
    layout.uirevision ??= "kept"; // a zoom holds until the figure says otherwise
    // Where nothing but the layout changed, Plotly need not compare or draw the data again.
    layout.datarevision = [size.factor, size.width, size.height, dataOf(figure)].join("|");
    const placing = layout.meta?.place;
    Object.assign(canvas, { from: undefined, size, placing });
    if (canvas === this.canvas) this.placing = placing;
    for (const part of [layout, ...data]) delete part.meta; // Plotly takes any new object there for a change
    if (calm.matches) delete layout.transition;
    // Plotly keeps the camera of the moment a hand let go; a busy browser turns on for a frame, and a step must not turn back.
    if (this.turned) canvas._fullLayout?.scene?._scene.saveLayout(canvas.layout);
    canvas.library = library;
    const drawn = library.react(canvas, data, layout, CONFIG);
    canvas.from = this.wanted(figure); // only now: what fails stands ready for nothing
    const shown = isFlat(figure) ? drawn : drawn.then(() => spaceless(canvas, this.stage.message));
    shown.catch((error) => this.failed(error));
    if (!canvas.listening) this.listen(canvas);
  }

  /** A canvas on which nothing is drawn by the other library: the same, or a new one in its place. */
  cleared(canvas, library) {
    if (!canvas.library || canvas.library === library) return canvas;
    const fresh = newCanvas(canvas === this.canvas ? undefined : "stage-spare");
    canvas.replaceWith(fresh);
    canvas.library.purge(canvas);
    if (canvas === this.canvas) this.canvas = fresh;
    else this.ready[this.ready.indexOf(canvas)] = fresh;
    return fresh;
  }

  /** A picture wider than its frame scrolls sideways, by keys too. */
  scrolls(size) {
    const wider = size.width > this.width;
    this.canvas.style.width = wider ? `${size.width}px` : "";
    this.frame.classList.toggle("stage-scrolls", wider);
    if (!wider) return this.frame.removeAttribute("tabindex");
    this.frame.tabIndex = 0;
    size.height = this.frame.clientHeight; // what a scroll bar leaves
  }

  listen(canvas) {
    canvas.listening = true;
    if (canvas.library === solid) turnSideways(canvas);
    canvas.on("plotly_click", ({ points }) => {
      const ref = points.map(refOf).find(Boolean);
      if (ref) this.stage.outbox.send(this.node.dataset.panel, (this.clicked = ref));
    });
    canvas.addEventListener("click", (event) => this.placed(event)); // Plotly's own comes before it
    const pointing = (on) => canvas.classList.toggle("stage-pointing", on);
    canvas.on("plotly_hover", ({ points }) => pointing(points.some(refOf)));
    canvas.on("plotly_unhover", () => pointing(false));
    // What was zoomed or turned by hand is on this canvas and on no other. A double click puts it back, which Plotly tells as
    // another relayout, a moment later, even where nothing could be zoomed.
    let back = false;
    canvas.on("plotly_doubleclick", () => (back = true));
    canvas.on("plotly_relayout", () => {
      this.turned = !back;
      back = false;
    });
  }

  /** A click between the axes on nothing that has a name. */
  placed(event) {
    const taken = this.clicked;
    this.clicked = undefined;
    if (!this.placing || taken || !event.target.closest(".nsewdrag")) return;
    const { xaxis, yaxis } = this.canvas._fullLayout, box = this.canvas.getBoundingClientRect();
    const place = [xaxis.p2d(event.clientX - box.left - xaxis._offset), yaxis.p2d(event.clientY - box.top - yaxis._offset)];
    this.stage.outbox.send(this.node.dataset.panel, this.placing + place.map((part) => Number(part.toPrecision(4))).join(","));
  }

  /** Drop what was drawn beforehand, or was on the screen before. */
  forget() {
    for (const canvas of this.ready) {
      canvas.library?.purge(canvas);
      canvas.remove();
    }
    this.ready = [];
  }

  /** The frame's size, and how much larger than usual the reader has type. */
  get room() {
    return { width: this.width, height: this.height, wish: this.stage.rem / 16 };
  }

  /** The SVG of a figure as this one is seen, zoomed or turned as it is, in a frame of any size. */
  async svg(figure, { width, height, wish }, ground) {
    const { data, layout } = JSON.parse(figure), library = libraryFor(figure);
    const size = fitted(layout.meta ?? {}, width, height, wish), live = this.turned ? this.canvas : undefined;
    live?._fullLayout?.scene?._scene?.saveLayout(live.layout);
    dress(data, layout, size);
    for (const part of [layout, ...data]) delete part.meta;
    for (const [name, axis] of Object.entries(layout)) {
      const seen = live?.layout[name];
      if (seen?.range && /^[xy]axis/.test(name)) Object.assign(axis, { range: [...seen.range], autorange: false });
      if (seen?.camera) axis.camera = structuredClone(seen.camera);
    }
    delete layout.transition;
    layout.paper_bgcolor = ground;
    const url = await library.toImage({ data, layout, config: CONFIG }, { format: "svg", width: size.width, height: size.height });
    const text = decodeURIComponent(url.slice(url.indexOf(",") + 1)).replaceAll(QUOTE, "'");
    return { text, width: size.width, height: size.height };
  }

  /** Whether the screen shows the figure; one that has no room needs not. */
  complete() {
    const roomless = this.width === undefined ? this.node.offsetParent === null : !this.width || !this.height;
    return roomless || this.drawn === this.figure;
  }

  end() {
    this.stage.late.delete(this);
    this.stage.sizes.unobserve(this.frame);
    this.forget();
    this.canvas.library?.purge(this.canvas);
    this.canvas.remove();
  }
}

/** Where the browser does not draw in space Plotly says so in English, and a click would leave for a page elsewhere. */
function spaceless(canvas, message) {
  for (const blank of canvas.querySelectorAll(".no-webgl")) {
    blank.textContent = message?.spaceless ?? "";
    blank.parentElement.onclick = null;
  }
}

const isFlat = (figure) => !figure.includes('"scene"'); // few canvases can turn in space: none is drawn ahead
const libraryFor = (figure) => (isFlat(figure) ? flat : solid);

const newCanvas = (name = "stage-canvas") => div(name);

function refOf({ customdata }) {
  const ref = Array.isArray(customdata) ? customdata[0] : customdata;
  return typeof ref === "string" ? ref : "";
}

const PIXELS = new Set(["arrowwidth", "standoff", "startstandoff", "xshift", "yshift", "borderpad"]);
const MARGINS = new Set(["l", "r", "t", "b", "pad"]);

/** Multiply every size of type, marker, line, arrow and margin below ``part`` in place. */
function scale(part, factor, name) {
  for (const [key, value] of Object.entries(part)) {
    const sized = (key === "size" && (name === "marker" || /font$/.test(name)))
      || (key === "width" && name === "line") || PIXELS.has(key) || (name === "margin" && MARGINS.has(key))
      || ((key === "ax" || key === "ay") && !part[`${key}ref`]); // an arrow's tail, unless it is given in data
    if (sized && typeof value === "number") part[key] = value * factor;
    else if (sized && Array.isArray(value)) part[key] = value.map((size) => size * factor);
    else if (Array.isArray(value)) {
      if (typeof value[0] === "object") value.forEach((item) => item && scale(item, factor, key));
    } else if (value && typeof value === "object" && key !== "meta") scale(value, factor, key);
  }
}

const dataOf = (figure) => figure.slice(0, figure.lastIndexOf('"layout":'));

/**
 * How large to draw a figure in a frame. Type shrinks with a narrow frame, but never below SMALLEST of what the reader
 * asked for (`wish`). A figure with a least width is a picture, all of whose parts are in proportion: it shrinks with
 * a low frame too, its columns come closer while they can, and then it is wider than its frame, which scrolls. What it
 * has to `spare` on both sides goes first.
 */
export function fitted(meta, width, height, wish) {
  const { design_width: across, design_height: down, least_width: least, smallest = SMALLEST } = meta;
  if (!across) return { factor: wish, width, height };
  const part = Math.max(smallest * wish, Math.min(wish, width / across));
  if (!least) return { factor: part, width, height };
  const factor = Math.min(part, height / down);
  return { picture: true, factor, width: Math.max(width, Math.floor(factor * least)), height };
}

/** Make a figure the size of its frame, its type, lines and marks with it. */
function dress(data, layout, size) {
  layout.font = { size: 12, ...layout.font };
  if (Math.abs(size.factor - 1) > 0.01) {
    scale(layout, size.factor, "layout");
    data.forEach((trace) => scale(trace, size.factor, "trace"));
  }
  if (size.picture) compose(data, layout, size);
  Object.assign(layout, { width: size.width, height: size.height, autosize: false });
}

/** Turn a picture's sizes in pixels into its coordinates, for the frame that it is drawn in. */
function compose(data, { meta, xaxis, font: { family } }, { factor, width, height }) {
  const { design_width: across, design_height: down, left, right, spare = 0 } = meta;
  const cut = Math.max(0, Math.min(spare, (across - width / factor) / 2));
  if (cut) xaxis.range = [cut, across - cut];
  const sx = width / (across - 2 * cut), sy = height / down;
  if (factor > sx * 1.001) { // columns come closer, margins stay as wide as the type needs
    const [a, b] = [(left * factor) / sx, across - (right * factor) / sx];
    const closer = (x) => (x < left ? (x * factor) / sx
      : x > across - right ? across - ((across - x) * factor) / sx
      : a + ((x - left) / (across - left - right)) * (b - a));
    for (const trace of data) trace.x = trace.x.map((x) => (x == null ? x : closer(x)));
  }
  const plates = data.find((trace) => trace.meta?.plates);
  if (plates) layPlates(plates, factor / sx);
  if (factor > sx * 1.1) declutter(data, plates, factor, sx, sy, family);
  for (const trace of data) if (trace.meta?.widths) fillStrokes(trace, factor, sx, sy);
}

/** Plates as long as their numbers are now. */
function layPlates({ x, meta }, unit) {
  meta.plates.forEach((length, k) => {
    const middle = (x[3 * k] + x[3 * k + 1]) / 2;
    [x[3 * k], x[3 * k + 1]] = [middle - (length * unit) / 2, middle + (length * unit) / 2];
  });
}

/** A line whose strokes have widths of their own becomes one filled shape; its widths are exact in pixels. */
function fillStrokes(trace, factor, sx, sy) {
  const { x, y, meta, line } = trace, across = [], down = [];
  meta.widths.forEach((width, k) => {
    const [x0, y0, x1, y1] = [x[3 * k], y[3 * k], x[3 * k + 1], y[3 * k + 1]];
    const [dx, dy] = [(x1 - x0) * sx, (y1 - y0) * sy];
    const half = (width * factor) / 2 / (Math.hypot(dx, dy) || 1);
    const [ox, oy] = [(-dy * half) / sx, (dx * half) / sy];
    across.push(x0 + ox, x1 + ox, x1 - ox, x0 - ox, x0 + ox, null);
    down.push(y0 + oy, y1 + oy, y1 - oy, y0 - oy, y0 + oy, null);
  });
  Object.assign(trace, { mode: "none", fill: "toself", fillcolor: line.color, x: across, y: down });
  delete trace.line;
}

const pen = document.createElement("canvas").getContext("2d");

/** Where columns came closer: shorter words for captions, and no number on an edge that has no room any more. */
function declutter(data, plates, factor, sx, sy, family) {
  const writing = data.findLast((trace) => trace.mode === "text");
  const numbers = plates?.meta.plates.length ?? 0; // the first texts are those on plates
  const { x, y, text, textfont, textposition, meta } = writing;
  const box = (k, words) => {
    const size = textfont.size[k];
    pen.font = `${textfont.weight[k]} ${size}px ${family}`;
    const wide = pen.measureText(words.replace(/<.*?>/g, "")).width + 4 * factor;
    const start = { right: 0, center: 0.5, left: 1 }[textposition[k].split(" ")[1]];
    return [x[k] * sx - start * wide, y[k] * sy - size / 2, x[k] * sx + (1 - start) * wide, y[k] * sy + size / 2];
  };
  const taken = [];
  for (const { x: xs, y: ys, marker, meta: kind } of data) {
    if (kind?.solid) marker.size.forEach((size, k) => taken.push(around(xs[k] * sx, ys[k] * sy, size)));
  }
  const free = (at) => !taken.some((other) => meets(at, other));
  const keep = (k, choices) => {
    text[k] = choices.find((words) => free(box(k, words))) ?? " "; // Plotly would forget a place without a text
    if (text[k] !== " ") taken.push(box(k, text[k]));
    else if (k < numbers) plates.x[3 * k] = plates.x[3 * k + 1] = null;
  };
  const fixed = [], loose = [], inside = (k) => !free(around(x[k] * sx, y[k] * sy, 1));
  text.forEach((_, k) => (k >= numbers && !inside(k) ? fixed : loose).push(k));
  for (const k of fixed) keep(k, [text[k], ...(meta.shorter[k] ?? [])]);
  for (const k of loose) if (k < numbers) keep(k, [text[k]]);
}

const around = (x, y, size) => [x - size / 2, y - size / 2, x + size / 2, y + size / 2];
const meets = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
