// A slider over whole numbers: it reports where it is drawn to, and what it stands for is said beside it.

import { setText } from "./maths.js";

export class SliderPanel {
  constructor(stage) {
    this.outbox = stage.outbox;
    this.node = document.createElement("div");
    this.title = document.createElement("div");
    this.title.className = "stage-title";
    this.input = document.createElement("input");
    this.input.type = "range";
    this.node.append(this.title, this.input);
    this.input.addEventListener("input", () => this.report());
    this.input.addEventListener("change", () => this.report(true));
  }

  /** While it is drawn along, only as often as the screen keeps up; where it is let go, always. */
  report(last = false) {
    const value = Number(this.input.value);
    if (value === this.wanted || (this.outbox.busy && !last)) return;
    this.wanted = value;
    this.outbox.send(this.node.dataset.panel, value);
  }

  update({ title = "", label = "", said = "", low = 0, high = 0, value = 0 }) {
    setText(this.title, title);
    this.input.min = low;
    this.input.max = high;
    this.input.setAttribute("aria-label", label);
    this.input.setAttribute("aria-valuetext", said);
    if (value === this.wanted || !this.outbox.busy) this.wanted = undefined;
    if (this.wanted === undefined) this.input.value = value; // an older answer does not pull it back
  }
}
