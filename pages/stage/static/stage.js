// The stage: one message from Python becomes one paint, on nodes that stay from paint to paint.

import { Address } from "./address.js";
import { Outbox } from "./outbox.js";
import { KeyListener } from "./keys.js";
import { FormulaPanel } from "./formula.js";
import { PlotPanel, plotlyReady } from "./plot.js";
import { GroupPanel, NotePanel, StripPanel } from "./simple.js";
import { SliderPanel } from "./slider.js";
import { TablePanel } from "./table.js";
import { TilesPanel } from "./tiles.js";

const KINDS = {
  plot: PlotPanel, formula: FormulaPanel, table: TablePanel, strip: StripPanel, note: NotePanel, slider: SliderPanel,
  tiles: TilesPanel, group: GroupPanel,
};
const stages = new WeakMap();

const FACES = ["1em KaTeX_Main", "bold 1em KaTeX_Main", "italic 1em KaTeX_Math", "1em KaTeX_Size1", "1em KaTeX_Size2"];

const stylesReady = Promise.all(["stage.css", "katex/katex.min.css"].map((name) => new Promise((done) => {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(name, import.meta.url).href;
  link.onload = link.onerror = done;
  document.head.append(link);
})));

// Lines are measured, so the usual fonts come first; a lecture hall's network may take its time, but not for ever.
const ready = stylesReady.then(() => Promise.race([
  Promise.all(FACES.map((face) => document.fonts.load(face))).catch(() => {}),
  new Promise((done) => setTimeout(done, 1500)),
]));

/** Called by Streamlit whenever the message, or anything else about the component, may have changed. */
export async function show({ parentElement, data, setTriggerValue }) {
  await ready;
  let stage = stages.get(parentElement);
  if (!stage) stages.set(parentElement, (stage = new Stage(parentElement)));
  stage.trigger = (value) => setTriggerValue("event", value);
  stage.take(typeof data === "string" ? data : new TextDecoder().decode(data));
  // Streamlit also calls this when the next message came before this one was taken, as happens on a busy machine: the
  // stage then goes on with the next. Only with its element does it end.
  return () => {
    if (parentElement.isConnected) return;
    stages.delete(parentElement);
    stage.end();
  };
}

class Stage {
  constructor(parent) {
    this.root = document.createElement("section");
    this.root.className = "stage";
    this.probe = document.createElement("div"); // one rem wide: tells when the reader changes the type size
    this.probe.className = "stage-rem";
    this.grid = document.createElement("div");
    this.grid.className = "stage-grid";
    this.root.append(this.probe, this.grid);
    parent.append(this.root);

    this.panels = new Map();
    this.painted = 0;
    this.rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    this.width = parent.clientWidth;
    this.outbox = new Outbox(
      (value) => this.trigger(value),
      (busy) => this.root.toggleAttribute("data-busy", busy),
    );
    this.address = new Address(this.outbox);
    this.keys = new KeyListener(this.outbox);
    this.sizes = new ResizeObserver((entries) => this.resized(entries));
    this.sizes.observe(this.root);
    this.sizes.observe(this.probe);
    this.fonts = () => this.redraw(this.panels, (panel) => panel.fit);
    document.fonts.addEventListener("loadingdone", this.fonts); // a rarer font came after its line was measured
    listenForClicks(this.root, this.outbox);
    plotlyReady.then(() => this.message && this.paint());
  }

  /** A new message; Streamlit may hand over the same one twice. */
  take(text) {
    const known = text === this.text;
    this.text = text;
    if (!known) this.message = JSON.parse(text);
    this.outbox.answered(this.message.ack, this.message.tick);
    this.paint();
  }

  paint() {
    const message = this.message;
    this.root.setAttribute("aria-label", message.label);
    this.recolour(message.theme);
    this.keys.map = message.keys;
    this.arrange();
    this.update(message.panels, this.panels, this.grid);
    this.grid.querySelectorAll(".stage-formula").forEach((node) => node.fit?.());
    this.afterPaint(message);
  }

  /** Bring the panels in ``holder`` in line with ``specs``; used by groups too. */
  update(specs, panels, holder) {
    const wanted = new Set(specs.map((spec) => spec.id));
    for (const [id, panel] of panels) {
      if (!wanted.has(id)) this.drop(panels, id, panel);
    }
    specs.forEach((spec, place) => {
      let panel = panels.get(spec.id);
      if (panel && panel.kind !== spec.kind) panel = this.drop(panels, spec.id, panel);
      if (!panel) {
        panel = new KINDS[spec.kind](this);
        panel.kind = spec.kind;
        panel.node.classList.add("stage-panel", `stage-${spec.kind}`);
        panel.node.dataset.panel = spec.id;
        panels.set(spec.id, panel);
      }
      if (holder.children[place] !== panel.node) holder.insertBefore(panel.node, holder.children[place] ?? null);
      if (panel.roomAsked !== spec.height) panel.node.style.height = panel.roomAsked = spec.height ?? "";
      if (holder === this.grid) this.place(panel.node, spec.id);
      try {
        panel.update(spec);
      } catch (error) {
        console.error(`stage: panel ${spec.id} cannot be drawn`, error); // the others go on
      }
    });
  }

  drop(panels, id, panel) {
    panels.delete(id);
    panel.end?.();
    panel.node.remove();
    return undefined;
  }

  /** Choose the grid by the width that is there, counted at ordinary type size. */
  arrange() {
    const room = (this.width * 16) / this.rem;
    const name = room >= 1100 ? "wide" : room < 640 ? "narrow" : "medium";
    const grid = this.message.layout[name];
    const text = JSON.stringify([grid, this.message.layout.gap]);
    if (text === this.arranged) return;
    this.arranged = text;
    this.root.dataset.width = name;
    this.areas = new Set(grid.areas.match(/[\w-]+/g));
    Object.assign(this.grid.style, {
      gridTemplateAreas: grid.areas, gridTemplateColumns: grid.columns, gridTemplateRows: grid.rows,
      gap: this.message.layout.gap,
    });
    for (const [id, panel] of this.panels) this.place(panel.node, id);
  }

  place(node, id) {
    if (node.style.gridArea !== id) node.style.gridArea = id;
    const hidden = !this.areas.has(id);
    if (node.hidden !== hidden) node.hidden = hidden;
  }

  recolour(theme) {
    const text = JSON.stringify(theme);
    if (text === this.coloured) return;
    this.coloured = text;
    for (const [name, colour] of Object.entries(theme)) this.root.style.setProperty(`--stage-${name}`, colour);
  }

  /** Sizes arrive before the browser paints them, so nothing is ever seen at a wrong size. */
  resized(entries) {
    let all = false;
    for (const { target, contentRect } of entries) {
      if (target === this.probe) {
        all ||= this.rem !== contentRect.width;
        this.rem = contentRect.width || this.rem;
      } else if (target === this.root) {
        all ||= this.width !== contentRect.width;
        this.width = contentRect.width || this.width;
      } else {
        target.resized?.(contentRect.width, contentRect.height);
      }
    }
    if (all && this.message) {
      this.arrange();
      this.redraw(this.panels);
    }
  }

  redraw(panels, which = () => true) {
    for (const panel of panels.values()) {
      if (which(panel)) panel.redraw?.();
      if (panel.panels) this.redraw(panel.panels, which);
    }
  }

  /** When the frame with this message is on the screen: the mark, the address, the next event. */
  afterPaint(message) {
    onScreen(() => {
      if (message !== this.message || !this.root.isConnected || !this.complete(this.panels)) return;
      this.root.dataset.painted = String(++this.painted);
      if (message.step != null) this.root.dataset.step = message.step;
      if (this.address.show(message)) this.outbox.painted(message.tick);
    });
  }

  complete(panels) {
    return [...panels.values()].every((panel) => panel.complete?.() !== false
      && (!panel.panels || this.complete(panel.panels)));
  }

  end() {
    this.message = undefined;
    this.sizes.disconnect();
    document.fonts.removeEventListener("loadingdone", this.fonts);
    this.keys.end();
    this.outbox.end();
    this.address.end();
    for (const [id, panel] of this.panels) this.drop(this.panels, id, panel);
    this.root.remove();
  }
}

/** After the next frame: a task posted while a frame is made runs when it is done. In a hidden tab there are no frames. */
function onScreen(then) {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      then();
    };
    port2.postMessage(null);
  });
}

/** One listener for everything clickable outside the figures. */
function listenForClicks(root, outbox) {
  const report = (event) => {
    const target = event.target.closest("[data-ref]");
    if (target) outbox.send(target.closest("[data-panel]").dataset.panel, target.dataset.ref);
    return target;
  };
  root.addEventListener("click", report);
  root.addEventListener("keydown", (event) => {
    const pressed = event.key === "Enter" || event.key === " ";
    if (!pressed || event.target.tagName === "BUTTON" || !event.target.matches("[data-ref]")) return;
    event.preventDefault(); // a real button clicks by itself, a number in a formula does not
    report(event);
  });
  // A click does not take the focus, and frees it from a field: the lecturer's next key steps.
  root.addEventListener("pointerdown", () => {
    if (document.activeElement && !root.contains(document.activeElement)) document.activeElement.blur();
  }, true);
  root.addEventListener("mousedown", (event) => {
    if (event.target.closest("[data-ref]")) event.preventDefault();
  });
}
