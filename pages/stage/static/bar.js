// The bar at the foot of the window: where in a sequence of screens, what is said here, ways on; and marks on what it points at.

import { setText, spoken } from "./maths.js";
import { div } from "./nodes.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const SMALLEST = 26; // px across a ring

export class BarPanel {
  constructor(stage) {
    this.stage = stage;
    this.node = div();
    this.node.setAttribute("role", "region");
    const part = (name, holder = this.node, tag = "div") => {
      const node = holder.appendChild(document.createElement(tag));
      node.className = `stage-bar-${name}`;
      return node;
    };
    this.says = part("says");
    this.head = part("head", this.says);
    this.title = part("title", this.head, "span");
    this.place = part("place", this.head, "span");
    this.keys = part("keys", this.head, "span");
    this.text = part("text", this.says, "p");
    this.question = part("question", this.says, "p");
    this.choices = part("choices", this.says);
    this.verdict = part("verdict", this.says, "p");
    for (const node of [this.text, this.verdict]) node.setAttribute("role", "status");
    this.moves = part("moves");
    this.marked = [];
    this.points = [];
    this.node.resized = () => { // what is below is reached by scrolling, not hidden by the bar
      const height = `${Math.ceil(this.node.getBoundingClientRect().height) + 8}px`;
      stage.root.style.setProperty("--stage-bar", height);
    };
    stage.sizes.observe(this.node);
    stage.root.classList.add("stage-barred");
  }

  update({ title, text = "", place = "", keys = "", moves = [], question = "", choices = [], verdict = "", tone = "", points = [] }) {
    this.node.setAttribute("aria-label", spoken(title));
    setText(this.title, title);
    setText(this.place, place);
    setText(this.keys, keys);
    setText(this.text, text);
    for (const [node, words] of [[this.question, question], [this.verdict, verdict]]) {
      setText(node, words);
      node.hidden = !words;
    }
    this.verdict.style.color = tone ? `var(--stage-${tone})` : "";
    buttons(this.choices, choices.map(([label, ref]) => ({ id: ref, label, state: "ahead" })));
    this.choices.hidden = !choices.length;
    buttons(this.moves, moves);
    const at = `${title}\n${place}`;
    this.arrived ||= at !== this.at; // another stop: what it points at is scrolled into sight
    this.at = at;
    if (String(points) === String(this.points)) return;
    this.points = points;
    this.clear();
  }

  /** Mark what is pointed at: whole panels, numbers and cells, and places in figures. */
  point() {
    this.clear();
    for (const ref of this.points) this.markPanel(ref) || this.markTexts(ref) | this.markFigures(ref);
    const first = this.marked[0];
    if (this.arrived && first) first.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
    this.arrived = false;
  }

  markPanel(id) {
    const node = this.stage.grid.querySelector(`[data-panel="${CSS.escape(id)}"]`);
    if (node) this.mark(node, "stage-pointed");
    return node;
  }

  markTexts(ref) {
    const nodes = this.stage.grid.querySelectorAll(`[data-ref="${CSS.escape(ref)}"]`);
    for (const node of nodes) this.mark(node, "stage-pointed-number");
    return nodes.length;
  }

  mark(node, name) {
    node.classList.add(name);
    this.marked.push(node);
  }

  /** A ring around each point of a flat figure that has this ref. */
  markFigures(ref) {
    for (const frame of this.stage.grid.querySelectorAll(".stage-frame")) this.marked.push(...rings(frame, ref));
  }

  clear() {
    for (const node of this.marked) {
      if (node.className === "stage-ring") node.remove();
      else node.classList.remove("stage-pointed", "stage-pointed-number");
    }
    this.marked = [];
  }

  end() {
    this.clear();
    this.stage.sizes.unobserve(this.node);
    this.stage.root.classList.remove("stage-barred");
    this.stage.root.style.removeProperty("--stage-bar");
  }
}

/** A ring around each point of the figure in a frame that has this ref. */
export function rings(frame, ref) {
  return [...places(frame.querySelector(":scope > .stage-canvas"), ref)].map(([x, y, size]) => {
    const ring = div("stage-ring");
    ring.ariaHidden = "true";
    Object.assign(ring.style, { left: `${x}px`, top: `${y}px`, width: `${size}px`, height: `${size}px` });
    frame.append(ring);
    return ring;
  });
}

/** Where a figure draws what has this ref, and how large a ring goes around it. */
function* places(canvas, ref) {
  const { _fullLayout: layout, _fullData: traces = [] } = canvas ?? {};
  for (const trace of traces) {
    const [xaxis, yaxis] = [trace.xaxis ?? "x", trace.yaxis ?? "y"].map((id) => layout[`${id[0]}axis${id.slice(1)}`]);
    const at = Array.isArray(trace.customdata) ? trace.customdata.indexOf(ref) : -1;
    if (at < 0 || !xaxis?.d2p || !yaxis?.d2p || trace.type !== "scatter") continue;
    const of = (name) => (Array.isArray(trace[name]) || ArrayBuffer.isView(trace[name]) ? trace[name][at] : trace[name]);
    const { size = 0 } = trace.marker ?? {};
    const across = Math.max(SMALLEST, Math.min(64, (Array.isArray(size) ? size[at] : size) + 10));
    yield [xaxis._offset + xaxis.d2p(of("x")), yaxis._offset + yaxis.d2p(of("y")), across];
  }
}

function buttons(holder, items) {
  while (holder.children.length > items.length) holder.lastChild.remove();
  items.forEach(({ id, label, state, says = "" }, i) => {
    const button = holder.children[i] ?? holder.appendChild(document.createElement("button"));
    button.type = "button";
    button.dataset.ref = id;
    button.className = `stage-${state}`;
    button.disabled = state === "done";
    button.title = says;
    setText(button, label);
  });
}
