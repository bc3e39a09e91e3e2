// The first minute: a sheet at the foot of the window with three steps, each checked when it is done, and the examples as
// pictures. Whether this browser has shown it is kept in it.

import { pixels } from "./tiles.js";

const SEEN = "backstep-welcome";
let here = false; // where the browser keeps nothing, at least as long as the page is open

/** Whether nobody has been welcomed in this browser; from now on somebody has. */
export function firstVisit() {
  try {
    if (here || localStorage.getItem(SEEN)) return false;
    localStorage.setItem(SEEN, "1");
  } catch {
    if (here) return false;
  }
  return (here = true);
}

export class WelcomeSheet {
  constructor(stage) {
    this.stage = stage;
  }

  update(words) {
    const text = words ? JSON.stringify(words) : undefined;
    if (text === this.text) return;
    const done = this.node && words ? this.done : new Set();
    this.text = text;
    this.node?.remove();
    this.node = undefined;
    if (!words) return;
    if (this.jump === undefined || !this.done) this.jump = this.stage.message.jump;
    this.done = done;
    this.node = this.made(words);
    this.stage.root.append(this.node);
    this.check();
  }

  made({ title, steps, gallery, examples, palette, close }) {
    const node = document.createElement("aside"), add = (into, name, text = "", kind = "") => {
      const part = into.appendChild(document.createElement(name));
      part.textContent = text;
      if (kind) part.className = kind;
      return part;
    };
    node.className = "stage-welcome";
    node.dataset.panel = "welcome";
    node.setAttribute("aria-label", title);
    const left = add(node, "div"), right = add(node, "div");
    add(left, "h2", title);
    const list = add(left, "ol");
    this.steps = steps.map((step) => add(list, "li", step));
    add(right, "h2", gallery);
    const row = add(right, "div", "", "stage-gallery");
    for (const example of examples) {
      const button = add(row, "button");
      Object.assign(button, { type: "button", title: example.alt });
      button.dataset.ref = example.ref;
      pixels(button.appendChild(document.createElement("canvas")), example, palette);
      add(button, "span", example.label);
    }
    const end = add(node, "button", "✕", "stage-welcome-close");
    Object.assign(end, { type: "button", title: close, ariaLabel: close });
    end.dataset.ref = "close";
    return node;
  }

  /** Somebody did something: the step that it is counts as done. */
  saw(panel, ref) {
    if (!this.node || ["tick", "address", "welcome"].includes(panel)) return;
    if (panel !== "keys" && panel !== "phases") this.done.add(1);
    else if (/phase|update/.test(ref) || panel === "phases") this.done.add(0);
    this.check();
  }

  check() {
    if (!this.node) return;
    if (this.stage.message.jump !== this.jump) this.done.add(2);
    this.steps.forEach((step, k) => step.classList.toggle("stage-did", this.done.has(k)));
  }
}
