// A scrubber: a figure over the updates of a run with a playhead that moves without it. A hand that is on it paints where it is
// at once and reports; of the places that it is drawn to only the newest waits for an answer. A finger may scroll the page
// instead: it goes where it is lifted, or along the strip. Marks draw the pointer to themselves.

import { div, leadTo } from "./nodes.js";
import { PlotPanel } from "./plot.js";

const GRIP = 9; // px around a mark, or the playhead, that belong to it
const GAP = 8; // px between two labels

export class ScrubberPanel extends PlotPanel {
  constructor(stage) {
    super(stage);
    this.over = div("stage-scrubber-over");
    [this.veil, this.head, this.here, this.words, this.name] = ["veil", "head", "here", "words", "name"].map((name) => div(`stage-scrubber-${name}`));
    this.head.tabIndex = 0;
    this.head.setAttribute("role", "slider");
    this.head.append(this.here);
    this.zooms = div("stage-scrubber-zooms");
    this.over.append(this.veil, this.words, this.name, this.head);
    this.node.append(this.over, this.zooms);
    this.hands();
  }

  update(spec) {
    this.spec = spec;
    this.range = [spec.start ?? 0, spec.stop ?? 1];
    // While a hand is on it, or where it was put last is under way, an answer to an older place does not pull it back.
    if (this.drag === undefined && !this.stage.outbox.awaits(spec.id)) this.at = spec.at ?? 0;
    this.buttons(spec.zooms ?? []);
    this.node.toggleAttribute("data-named", Boolean(spec.name)); // which stands under another strip, and has no foot
    if (this.name.textContent !== (spec.name ?? "")) this.name.textContent = spec.name ?? "";
    super.update(spec);
    this.head.setAttribute("aria-label", spec.label);
    this.lay();
  }

  buttons(zooms) {
    const text = JSON.stringify(zooms);
    if (text === this.zoomed) return;
    this.zoomed = text;
    this.zooms.replaceChildren(...zooms.map(([sign, ref, says]) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: sign, title: says });
      button.setAttribute("aria-label", says);
      leadTo(button, ref);
      return button;
    }));
  }

  /** What is known of the run is no news for a step; its playhead is not in the figure. */
  get waits() {
    return this.drawn !== undefined;
  }

  redraw() {
    super.redraw();
    this.top = undefined; // measured anew, which a step need not wait for
    this.lay();
  }

  /** Put what lies over the figure where its axis is. */
  lay() {
    const axis = this.canvas._fullLayout?._size;
    if (!axis || !this.spec) return;
    this.top ??= this.frame.offsetTop;
    Object.assign(this.over.style, { left: `${axis.l}px`, width: `${axis.w}px`, top: `${this.top}px` });
    this.veil.style.left = this.percent(Math.max(this.spec.reached ?? 0, this.at));
    this.stand();
    this.label(axis.w);
  }

  percent(t) {
    const [start, stop] = this.range;
    return `${(Math.min(Math.max(t - start, 0), stop - start) / (stop - start)) * 100}%`;
  }

  stand() {
    const [start, stop] = this.range;
    this.head.style.left = this.percent(this.at);
    this.here.textContent = this.at.toLocaleString("en");
    for (const [name, value] of [["min", start], ["max", stop], ["now", this.at]]) this.head.setAttribute(`aria-value${name}`, value);
    this.head.setAttribute("aria-valuetext", this.at === (this.spec.at ?? 0) ? this.spec.said : String(this.at));
  }

  /** Labels as far as there is room, the most important first. */
  label(width) {
    const { marks = [] } = this.spec, [start, stop] = this.range;
    const key = JSON.stringify([marks, this.range, width, this.stage.rem]);
    if (key === this.labelled) return;
    this.labelled = key;
    const taken = [];
    this.words.replaceChildren();
    for (const [t, text, tone] of marks) {
      if (!text || t < start || t > stop) continue;
      const node = div("stage-scrubber-word");
      node.textContent = text;
      node.style.color = `var(--stage-${tone})`;
      this.words.append(node);
      const long = node.offsetWidth, x = ((t - start) / (stop - start)) * width + 7;
      const from = x + long <= width ? x : x - long - 14;
      if (from < -GRIP || taken.some(([a, b]) => from < b + GAP && a < from + long + GAP)) {
        node.remove();
        continue;
      }
      node.style.left = `${from}px`;
      taken.push([from - 12, from + long]);
    }
  }

  hands() {
    // Before Plotly's own, which would zoom.
    const first = { capture: true, passive: false };
    this.node.addEventListener("pointerdown", (event) => this.pressed(event), first);
    this.node.addEventListener("mousedown", (event) => this.grasped(event), first);
    this.node.addEventListener("pointermove", (event) => this.drag === event.pointerId && this.moving(event), first);
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
      this.node.addEventListener(name, (event) => this.drag === event.pointerId && this.released(event), first);
    }
    this.node.addEventListener("wheel", (event) => this.wheel(event), first);
    this.head.addEventListener("keydown", (event) => this.key(event));
  }

  pressed(event) {
    if (event.button || event.ctrlKey || event.target.closest(".stage-scrubber-zooms") || !this.spec) return;
    if (!event.target.closest(".stage-frame, .stage-scrubber-over")) return;
    event.stopPropagation();
    this.drag = event.pointerId;
    this.moved = false;
    this.node.setPointerCapture(event.pointerId);
    this.node.toggleAttribute("data-drag", true);
    this.finger = event.pointerType === "touch" ? event : undefined; // as long as it may be about to scroll the page
    if (!this.finger) this.put(event);
  }

  /** Plotly does not zoom, and no click takes the focus: the lecturer's next key steps. */
  grasped(event) {
    if (this.drag === undefined) return;
    event.stopPropagation();
    event.preventDefault();
  }

  /** The playhead itself does not jump to beside it. */
  put(event) {
    if (Math.abs(event.clientX - this.place(this.at)) > GRIP) this.go(this.under(event));
  }

  moving(event) {
    event.stopPropagation();
    const away = (way) => Math.abs(event[way] - this.finger[way]);
    if (this.finger && away("clientX") <= away("clientY")) return;
    this.finger = undefined;
    this.go(this.under(event));
  }

  released(event) {
    if (this.finger && event.type === "pointerup") this.put(event);
    this.drag = undefined;
    this.node.removeAttribute("data-drag");
    if (!this.stage.outbox.awaits(this.spec.id) && !this.moved) this.at = this.spec.at ?? 0;
    this.lay();
  }

  /** Where an update stands in the window. */
  place(t) {
    const { left, width } = this.over.getBoundingClientRect(), [start, stop] = this.range;
    return left + ((t - start) / (stop - start)) * width;
  }

  /** The update under the pointer; a mark that is near has it. */
  under({ clientX }) {
    const { left, width } = this.over.getBoundingClientRect(), [start, stop] = this.range;
    const t = Math.round(start + Math.min(Math.max((clientX - left) / width, 0), 1) * (stop - start));
    let near = t, best = Math.min(GRIP, width / (stop - start) > GRIP ? 0 : GRIP);
    for (const [at] of this.spec.marks ?? []) {
      const away = Math.abs(this.place(at) - clientX);
      if (away < best) [near, best] = [at, away];
    }
    return near;
  }

  /** The first place of a hand is a jump, which the browser's Back undoes; where it is drawn to from there is none. */
  go(t) {
    if (t === this.at) return;
    this.at = t;
    this.lay();
    const { id } = this.spec;
    if (this.moved) this.stage.outbox.sendValue(id, `drawn.${t}`);
    else this.stage.outbox.send(id, `t.${t}`);
    this.moved = true;
  }

  wheel(event) {
    if (!event.ctrlKey && !event.shiftKey) return; // the page scrolls
    event.preventDefault();
    event.stopPropagation();
    const way = event.deltaY || event.deltaX, at = this.under(event);
    if (way && !this.stage.outbox.busy) this.stage.outbox.send(this.spec.id, `zoom.${way < 0 ? "in" : "out"}.${at}`);
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const [start, stop] = this.range, step = Math.max(1, Math.round((stop - start) / 100));
    const marks = (this.spec.marks ?? []).map(([t]) => t);
    const to = {
      ArrowRight: () => this.at + 1, ArrowUp: () => this.at + 1, ArrowLeft: () => this.at - 1, ArrowDown: () => this.at - 1,
      PageUp: () => this.at + step, PageDown: () => this.at - step, Home: () => start, End: () => stop,
      ".": () => Math.min(...marks.filter((t) => t > this.at)), ",": () => Math.max(...marks.filter((t) => t < this.at)),
    }[event.key];
    const zoom = { "+": "in", "=": "in", "-": "out", 0: "all" }[event.key];
    if (!to && !zoom) return;
    event.preventDefault();
    event.stopPropagation();
    if (zoom) return this.stage.outbox.send(this.spec.id, `zoom.${zoom}.${this.at}`);
    const t = to();
    if (!Number.isFinite(t)) return;
    this.moved = event.repeat;
    this.go(Math.min(Math.max(t, 0), this.spec.last ?? stop));
    this.moved = false;
  }
}
