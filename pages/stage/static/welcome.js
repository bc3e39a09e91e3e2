// The first minute: a sheet at the foot of the window with three steps, each checked when it is done, and the examples as
// pictures; on a phone these open at a press, or they would hide what the steps are about. Whether this browser has shown
// it is kept in it. Where it has not, the server hears so with the connection, by a cookie, and its first picture has the
// sheet; where no cookie comes, it is asked for.

import { pixels } from "./tiles.js";

const SEEN = "backstep-welcome";
const NEW = "backstep-new";
let here = false; // where the browser keeps nothing, at least as long as the page is open

const seen = () => {
  try {
    return here || localStorage.getItem(SEEN) !== null;
  } catch {
    return here;
  }
};

function tellServer(first) {
  try {
    document.cookie = `${NEW}=1; path=/; SameSite=Lax; max-age=${first ? 3600 : 0}`;
  } catch {
    // in a frame that may keep nothing
  }
}

/** Before the connection: let it say that nobody has been welcomed in this browser, if so. */
export function announceFirst() {
  if (!seen()) tellServer(true);
}

/** Whether nobody has been welcomed in this browser; from now on somebody has. */
export function firstVisit() {
  if (seen()) return false;
  try {
    localStorage.setItem(SEEN, "1");
  } catch {
    // it is kept as long as the page is open
  }
  tellServer(false);
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
    firstVisit();
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
    const left = add(node, "div"), right = add(node, "details");
    right.open = this.stage.root.dataset.width !== "narrow";
    add(left, "h2", title);
    const list = add(left, "ol");
    this.steps = steps.map((step) => add(list, "li", step));
    add(add(right, "summary"), "h2", gallery);
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
