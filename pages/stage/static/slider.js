// A slider over whole numbers: it reports where it is drawn to, and what it stands for is said beside it.

import { setText } from "./maths.js";
import { div } from "./nodes.js";

export class SliderPanel {
  constructor(stage) {
    this.outbox = stage.outbox;
    this.node = div();
    this.title = div("stage-title");
    this.input = document.createElement("input");
    this.input.type = "range";
    this.node.append(this.title, this.input);
    this.input.addEventListener("input", () => this.outbox.sendValue(this.node.dataset.panel, this.input.value));
  }

  update({ title = "", label = "", said = "", low = 0, high = 0, value = 0 }) {
    setText(this.title, title);
    this.input.min = low;
    this.input.max = high;
    this.input.setAttribute("aria-label", label);
    this.input.setAttribute("aria-valuetext", said);
    // While the newest value of the hand is under way, an answer to an older one does not pull it back.
    if (!this.outbox.holds(this.node.dataset.panel)) this.input.value = value;
  }
}
