// Plots: Plotly.react on a node that stays; a figure whose JSON did not change is not touched.

import { setText } from "./maths.js";

const CONFIG = { displayModeBar: false, displaylogo: false, scrollZoom: false, doubleClick: "reset", showTips: false };
const SMALLEST = 0.6; // of the type size for which a figure was designed

export const plotlyReady = new Promise((done, failed) => {
  if (window.Plotly?.react) return done();
  const script = document.createElement("script");
  script.src = new URL("plotly.min.js", import.meta.url).href;
  script.onload = done;
  script.onerror = () => failed(new Error("stage: Plotly could not be loaded"));
  document.head.append(script);
});
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class PlotPanel {
  constructor(stage) {
    this.stage = stage;
    this.node = document.createElement("div");
    this.title = document.createElement("div");
    this.title.className = "stage-title";
    this.frame = document.createElement("div");
    this.frame.className = "stage-frame";
    this.frame.setAttribute("role", "img");
    this.canvas = document.createElement("div");
    this.canvas.className = "stage-canvas";
    this.frame.append(this.canvas);
    this.frame.resized = (width, height) => this.resized(width, height);
    this.node.append(this.title, this.frame);
    stage.sizes.observe(this.frame);
  }

  update({ figure, alt, title = "" }) {
    setText(this.title, title);
    this.title.hidden = !title;
    if (this.alt !== alt) this.frame.setAttribute("aria-label", (this.alt = alt));
    if (this.figure === figure && this.drawn === figure) return;
    this.figure = figure;
    this.redraw();
  }

  resized(width, height) {
    if (width === this.width && height === this.height) return;
    [this.width, this.height] = [width, height];
    this.redraw();
  }

  redraw() {
    if (!window.Plotly?.react || !this.width || !this.height || !this.figure) return;
    this.drawn = this.figure; // or at least tried: a figure that fails must not hold up the others
    try {
      this.react();
    } catch (error) {
      console.error(`stage: the figure of panel ${this.node.dataset.panel} cannot be drawn`, error);
    }
  }

  react() {
    const { data, layout } = JSON.parse(this.figure);
    const designed = layout.meta?.design_width;
    const fit = designed ? Math.max(SMALLEST, Math.min(1, this.width / designed)) : 1;
    const factor = fit * (this.stage.rem / 16);
    layout.font = { size: 12, ...layout.font };
    if (Math.abs(factor - 1) > 0.01) {
      scale(layout, factor, "layout");
      data.forEach((trace) => scale(trace, factor, "trace"));
    }
    Object.assign(layout, { width: this.width, height: this.height, autosize: false });
    layout.uirevision ??= "kept"; // a zoom holds until the figure says otherwise
    if (calm.matches) delete layout.transition;
    const drawn = window.Plotly.react(this.canvas, data, layout, CONFIG);
    drawn.catch((error) => console.error("stage: Plotly refused a figure", error));
    if (!this.listening) this.listen();
  }

  listen() {
    this.listening = true;
    this.canvas.on("plotly_click", ({ points }) => {
      const ref = points.map(refOf).find(Boolean);
      if (ref) this.stage.outbox.send(this.node.dataset.panel, ref);
    });
    const pointing = (on) => this.canvas.classList.toggle("stage-pointing", on);
    this.canvas.on("plotly_hover", ({ points }) => pointing(points.some(refOf)));
    this.canvas.on("plotly_unhover", () => pointing(false));
  }

  /** Whether the screen shows the figure; one that has no room needs not. */
  complete() {
    const roomless = this.width === undefined ? this.node.offsetParent === null : !this.width || !this.height;
    return roomless || this.drawn === this.figure;
  }

  end() {
    this.stage.sizes.unobserve(this.frame);
    if (this.listening) window.Plotly.purge(this.canvas);
  }
}

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
