// The stage: one message from Python becomes one paint, on nodes that stay from paint to paint.

import { Address, LEAVE } from "./address.js";
import { Ahead, joined } from "./ahead.js";
import { BarPanel } from "./bar.js";
import { Connection, online, rerun } from "./connection.js";
import { Outbox } from "./outbox.js";
import { KeyListener, PRESSES } from "./keys.js";
import { Run } from "./run.js";
import { LOCAL } from "./help.js";
import { listenForCodes, setCodes } from "./codes.js";
import { EntryPanel } from "./entry.js";
import { FormulaPanel } from "./formula.js";
import { div, every } from "./nodes.js";
import { Pace } from "./pace.js";
import { present } from "./presenting.js";
import { PlotPanel, plotlyReady } from "./plot.js";
import { ScrubberPanel } from "./scrubber.js";
import { GroupPanel, NotePanel, StripPanel } from "./simple.js";
import { SliderPanel } from "./slider.js";
import { tell } from "./splice.js";
import { sheet } from "./sources.js";
import { TablePanel } from "./table.js";
import { Taking } from "./taking.js";
import { TilesPanel } from "./tiles.js";
import { announceFirst, firstVisit, WelcomeSheet } from "./welcome.js";
import "./fields.js";
import "./tips.js";

const KINDS = {
  plot: PlotPanel, formula: FormulaPanel, table: TablePanel, strip: StripPanel, note: NotePanel, slider: SliderPanel,
  entry: EntryPanel, scrubber: ScrubberPanel, tiles: TilesPanel, bar: BarPanel, group: GroupPanel,
};
const FRAME = 6; // ms for drawing figures in a picture that the next one follows at once
const PAPER = 980; // px: what is as wide has room on a sheet, A4 or letter, that lies on its side
const SELDOM = 500; // ms between drawings, in a hurry, of a figure that waits; of what is known of the run by now
const TURNED = 200; // ms in which Streamlit's page has followed a system that turned dark or light
const dark = matchMedia("(prefers-color-scheme: dark)");
const stages = new WeakMap();

const FACES = [
  ["KaTeX_Main", "400", "normal"], ["KaTeX_Main", "700", "normal"], ["KaTeX_Math", "400", "italic"],
  ["KaTeX_Size1", "400", "normal"], ["KaTeX_Size2", "400", "normal"],
];

/** The face that letters are set in: of several of one name, such as Streamlit's own, the one that came last. */
const face = ([family, weight, style]) => [...document.fonts].findLast((one) => {
  return one.family.replaceAll('"', "") === family && one.style === style
    && one.weight.replace("normal", "400").replace("bold", "700") === weight;
});

const stylesReady = Promise.all(["stage.css", "katex/katex.min.css"].map(sheet));

// Lines are measured, so the usual fonts come first; a lecture hall's network may take its time, but not for ever.
const ready = stylesReady.then(() => Promise.race([
  Promise.all(FACES.map((one) => face(one)?.load())).catch(() => {}),
  new Promise((done) => setTimeout(done, 1500)),
]));

// The tag that starts this module while Streamlit loads; a film has none.
const tag = document.querySelector("script[data-later]"), later = tag?.dataset.later.split(" ") ?? [];
if (tag) announceFirst();

/** Once: what Streamlit will need for the fields of the set-up, when the first screen is there and nobody waits. */
function fetchLater() {
  for (const href of later.splice(0)) {
    document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href, fetchPriority: "low" }));
  }
}

/**
 * Whether this page has shown a stage of another version of this file: its server has made room for another under it.
 * The old stage would stay in the page and hear nothing any more, and two versions would listen to every key. So the page
 * is loaded again, as Streamlit does for another version of itself; the address bar says what is on the screen.
 */
function replaced() {
  document.stages ??= stages;
  if (document.stages === stages) return false;
  window.dispatchEvent(new Event(LEAVE)); // what was still to be written to the bar
  location.reload();
  return true;
}

/** Called by Streamlit whenever the message, or anything else about the component, may have changed. */
export async function show({ parentElement, data, setTriggerValue }) {
  await ready;
  if (replaced()) return;
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
    this.probe = div("stage-rem"); // one rem wide: tells when the reader changes the type size
    this.grid = div("stage-grid");
    this.root.append(this.probe, this.grid);
    parent.append(this.root);

    this.panels = new Map();
    this.ahead = new Ahead(this);
    this.run = new Run(this);
    this.pace = new Pace();
    this.late = new Set(); // figures that are not drawn yet, of a picture that came in a hurry
    this.framed = false; // whether a frame is being made, in which what is painted now will be seen
    this.foreseen = 0; // number of the event up to which the screen shows what the server is about to answer
    this.painted = 0;
    this.rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    this.width = parent.clientWidth;
    this.outbox = new Outbox(
      (value) => this.trigger(value),
      (busy) => {
        this.root.toggleAttribute("data-busy", busy);
        if (busy) {
          this.rest(false);
          this.ahead.stop();
        }
        this.connection?.owed();
      },
      (tick) => this.run.tick(tick),
    );
    this.connection = new Connection(this.root, this.outbox);
    this.welcome = new WelcomeSheet(this);
    this.taking = new Taking(this);
    this.outbox.saw = (panel, ref) => this.welcome.saw(panel, ref);
    this.address = new Address(this.outbox);
    this.keys = new KeyListener({
      press: (ref) => this.press(ref),
      hold: (ref) => this.hold(ref),
      release: () => this.run.end(),
    });
    this.sizes = new ResizeObserver((entries) => this.resized(entries));
    this.sizes.observe(this.root);
    this.sizes.observe(this.probe);
    this.fonts = () => this.redraw((panel) => panel.fit);
    document.fonts.addEventListener("loadingdone", this.fonts); // a rarer font came after its line was measured
    this.turned = () => setTimeout(rerun, TURNED); // the script, which has the colours, hears of it with its next run
    dark.addEventListener("change", this.turned);
    listenForClicks(this.root, this.outbox);
    listenForCodes(this.root);
    plotlyReady.then(() => this.message && this.paint());
  }

  /** A new message; Streamlit may hand over the same one twice. */
  take(text) {
    const known = text === this.text, taken = this.outbox.acknowledged;
    if (known && this.foreseen) return;
    const message = known ? this.base : JSON.parse(text);
    if (this.base && message.session !== this.base.session) this.run.drop();
    this.text = text;
    this.base = message; // the newest from the server; on the screen may be what comes after it
    this.outbox.answered(message);
    this.connection.words = message.connection ?? {};
    Object.assign(document.documentElement.dataset, message.fields);
    this.connection.owed();
    if (this.outbox.acknowledged < this.foreseen) return this.overtaken(message, this.outbox.acknowledged > taken);
    this.foreseen = 0;
    this.message = message;
    this.outbox.follow(message);
    if (message.first && !known && firstVisit()) this.outbox.send("welcome", "first");
    this.rest(false);
    if (!this.address.passes(this.message)) this.paint(); // else the last picture stays
  }

  /** The screen is further than this message, which does not come to be seen; the next answer will be to all steps. */
  overtaken(message, answers) {
    if (!answers || !message.tick !== !this.message.tick) this.run.end(); // something else was done
    this.outbox.settled();
  }

  /** A key, or the button of its name. */
  press(ref) {
    this.run.drop();
    this.step(ref);
  }

  /** A key that is held down: a step is made when it can be seen, so that it ends with the key's release. */
  hold(ref) {
    if (Object.hasOwn(LOCAL, ref) || !this.outbox.onlyNew(ref) || this.message?.asks) return;
    if (!this.run.step(ref, { panel: "keys", ref }) && !this.outbox.busy) this.step(ref);
  }

  step(ref) {
    if (Object.hasOwn(LOCAL, ref)) return LOCAL[ref](this);
    if (online()) this.ahead.show(ref);
    this.outbox.send("keys", ref);
  }

  /** Mark that the newest message is on the screen and nothing is owed; Streamlit's own run may still be under way. */
  rest(idle) {
    if (idle) this.root.dataset.idle = String(this.painted);
    else delete this.root.dataset.idle;
    if (idle) fetchLater();
  }

  /** Paint what was worked out in the background meanwhile, now and then, so that a press finds the browser at rest. */
  further(screen) {
    const held = (message) => ({ ...joined(message, screen), version: message.version });
    [this.base, this.message] = [held(this.base), held(this.message)];
    this.ahead.known(screen.panels);
    if (performance.now() - (this.furtherAt ?? -Infinity) < SELDOM) return;
    this.furtherAt = performance.now();
    this.paint();
  }

  /** Paint what the server is about to answer to the event that is reported next to this. */
  foresee(message, hurried = false) {
    this.message = message;
    this.foreseen = hurried ? this.outbox.number : this.outbox.number + 1;
    if (!hurried) return this.paint();
    this.soon ??= requestAnimationFrame(() => {
      this.soon = undefined;
      this.framed = true;
      try {
        if (this.message) this.paint(this.run.on);
      } finally {
        this.framed = false;
      }
    });
  }

  /**
   * Bring the screen in line with the message. In a hurry figures are left out, the one drawn last first; those that
   * wait come ``after`` the picture in any case, in the next frame.
   */
  paint(hurried = false, after = false) {
    const message = this.message;
    cancelAnimationFrame(this.soon);
    this.soon = undefined;
    this.hurried = hurried;
    if (!hurried) this.pace.rest();
    else if (this.framed) this.pace.begin(performance.now(), message.tick?.after);
    this.root.toggleAttribute("data-hurried", hurried);
    this.root.setAttribute("aria-label", message.label);
    const turned = present(this, message.present);
    this.recolour(message.theme);
    this.keys.map = message.keys;
    setCodes(message.codes);
    if (turned) this.arrange(this.root.clientWidth, this.probe.getBoundingClientRect().width); // are not reported yet
    else this.arrange();
    this.welcome.update(message.welcome); // which is another in a narrow window
    this.welcome.check();
    this.update(message.panels, this.panels, this.grid);
    this.taking.update(message);
    this.grid.querySelectorAll(".stage-formula").forEach((node) => node.fit?.(hurried));
    this.drawLate(after);
    this.afterPaint(message, hurried || this.late.size > 0);
  }

  /** Nothing newer than this picture has come: what was left out is drawn, all of it once the hurry is over. */
  catchUp(message) {
    if (message !== this.message || this.soon) return;
    if (this.hurried && !this.run.on) return this.paint(false, true);
    this.drawLate(true);
    this.afterPaint(message, this.hurried || this.late.size > 0);
  }

  /** Draw what was left out, as far as there is time in this frame. */
  drawLate(after) {
    const until = performance.now() + (this.hurried ? FRAME : Infinity);
    const since = ({ drawnAt = -Infinity }) => performance.now() - drawnAt;
    const late = [...this.late].sort((a, b) => a.waits - b.waits || since(b) - since(a));
    for (const panel of late) {
      if (panel.waits && !after) break;
      if (this.hurried && since(panel) < Math.max(panel.waits ? SELDOM : 0, this.pace.part * (panel.cost ?? 0))) continue;
      const begun = performance.now();
      this.late.delete(panel);
      panel.redraw();
      panel.drawnAt = performance.now();
      panel.cost = panel.drawnAt - begun;
      if (panel.drawnAt >= until) break;
    }
  }

  /** Bring the panels in ``holder`` in line with ``specs``; used by groups too. */
  update(specs, panels, holder) {
    const wanted = new Set(specs.map((spec) => spec.id));
    for (const [id, panel] of panels) {
      if (!wanted.has(id)) this.drop(panels, id, panel);
    }
    specs.forEach((spec, place) => {
      try {
        this.draw(spec, place, panels, holder);
      } catch (error) {
        this.failed(spec, place, panels, holder, error);
      }
    });
  }

  /** One panel, made where it is new or of another kind. */
  draw(spec, place, panels, holder) {
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
    panel.failed = (error) => this.failed(spec, place, panels, holder, error, panel); // what fails later than here
    panel.update(spec);
  }

  /** A sentence stands where a panel cannot be drawn; the others go on, and the next message tries it again. */
  failed(spec, place, panels, holder, error, panel = panels.get(spec.id)) {
    console.error(`stage: panel ${spec.id} cannot be drawn`, error);
    const { instead } = this.message ?? {};
    if (!instead || panels.get(spec.id) !== panel || spec.kind === instead.kind) return;
    this.draw({ ...instead, id: spec.id, height: spec.height }, place, panels, holder);
  }

  drop(panels, id, panel) {
    panels.delete(id);
    panel.end?.();
    panel.node.remove();
    return undefined;
  }

  /** Choose the grid by the width that is there, counted at ordinary type size. */
  arrange(width = this.width, rem = this.rem) {
    const room = (width * 16) / rem;
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
    this.root.toggleAttribute("data-dark", parseInt(theme.ground?.slice(1, 3) ?? "ff", 16) < 128); // turned round on paper
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
        this.root.style.setProperty("--stage-wide", `${this.width}px`); // on paper it is as wide
        this.root.style.setProperty("--stage-shrunk", Math.min(1, PAPER / this.width));
      } else {
        target.resized?.(contentRect.width, contentRect.height);
      }
    }
    if (all && this.message) {
      this.arrange();
      this.redraw();
      this.point();
    }
  }

  redraw(which = () => true) {
    for (const panel of every(this.panels)) if (which(panel)) panel.redraw?.();
  }

  /** When the frame with this message is on the screen: the mark, the address, the next event. */
  afterPaint(message, hurried) {
    const { framed } = this;
    onScreen(framed, () => {
      if (!this.root.isConnected) return;
      if (hurried) {
        if (framed) this.pace.shown(performance.now());
        this.shown(message);
        if (message === this.message) {
          this.note(message);
          this.outbox.painted(message.tick);
        }
      }
      if (message !== this.message || this.soon) return;
      if (this.late.size) return setTimeout(() => this.catchUp(message)); // what was pressed meanwhile comes first
      const panels = [...every(this.panels)];
      if (panels.some((panel) => panel.complete?.() === false)) return;
      // Where something is asked, the page holds no figure that tells it, not even below the one that is seen.
      if (message.asks) panels.forEach((panel) => panel.forget?.());
      this.point();
      this.taking.refresh();
      this.root.dataset.painted = String(++this.painted);
      this.shown(message);
      this.note(message);
      this.outbox.painted(message.tick);
      this.rest(this.outbox.idle);
      this.ahead.rest();
      this.connection.owed();
      tell(this);
    });
  }

  /** Mark what a bar points at, now that everything is in its place. */
  point() {
    for (const panel of this.panels.values()) panel.point?.();
  }

  /** The address has what is on the screen, also steps that the server has yet to answer: another server is told them. */
  note(message) {
    this.address.show(message);
    this.outbox.noted = Math.max(this.outbox.noted, this.foreseen);
  }

  shown({ step }) {
    if (step != null) this.root.dataset.step = step;
  }

  end() {
    this.message = undefined;
    present(this, false);
    this.ahead.end();
    this.taking.end();
    this.run.drop();
    this.sizes.disconnect();
    document.fonts.removeEventListener("loadingdone", this.fonts);
    dark.removeEventListener("change", this.turned);
    this.keys.end();
    this.connection.end();
    this.outbox.end();
    this.address.end();
    for (const [id, panel] of this.panels) this.drop(this.panels, id, panel);
    this.root.remove();
  }
}

/** After the next frame, or the one that is being made: a task posted while a frame is made runs when it is done. In a
 * hidden tab there are no frames. */
function onScreen(framed, then) {
  if (framed) return soon(then);
  requestAnimationFrame(() => soon(then));
}

function soon(then) {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    then();
  };
  port2.postMessage(null);
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
    if (!PRESSES.has(event.key) || event.target.tagName === "BUTTON" || !event.target.matches("[data-ref]")) return;
    event.preventDefault(); // a real button clicks by itself, a number in a formula does not
    if (!event.repeat) report(event);
  });
  // A click does not take the focus, and frees it from a field: the lecturer's next key steps.
  root.addEventListener("pointerdown", ({ button }) => {
    if (!button && document.activeElement && !root.contains(document.activeElement)) document.activeElement.blur();
  }, true);
  root.addEventListener("mousedown", (event) => {
    if (event.target.closest("[data-ref]")) event.preventDefault();
  });
}
