// Fields for an answer: they are typed into from anywhere on the page, and leave with Enter, PageDown or their button.
// Enter first goes on to the next empty one.

import { composes, rests } from "./keys.js";
import { setText, spoken } from "./maths.js";
import { div } from "./nodes.js";

const LONGEST = 150; // characters of one answer
const BETWEEN = ";"; // two answers, in a report
const BEGINS = /^[-\u2212+(.0-9]$/; // a number or a sum

export class EntryPanel {
  constructor(stage) {
    this.outbox = stage.outbox;
    this.node = div();
    this.node.setAttribute("role", "group");
    this.fields = div("stage-fields");
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.addEventListener("click", () => this.commit());
    this.node.append(this.fields, this.button);
    this.node.addEventListener("change", () => this.draft());
    this.node.addEventListener("keydown", (event) => this.pressed(event));
    this.begun = (event) => this.begin(event);
    window.addEventListener("keydown", this.begun);
  }

  update({ labels = [], texts = [], button = "", key = "", title = "" }) {
    const anew = key !== this.key;
    this.key = key;
    this.node.setAttribute("aria-label", title);
    while (this.fields.children.length > labels.length) this.fields.lastChild.remove();
    while (this.fields.children.length < labels.length) this.fields.append(field());
    this.inputs = [...this.fields.querySelectorAll("input")];
    labels.forEach((label, i) => {
      const input = this.inputs[i];
      setText(this.fields.children[i].firstChild, label);
      input.setAttribute("aria-label", spoken(label));
      const held = document.activeElement === input || this.outbox.holds(this.node.dataset.panel);
      if (anew || !held) input.value = texts[i] ?? "";
    });
    if (anew) this.told = this.typed();
    setText(this.button, button);
  }

  typed() {
    return this.inputs.map((input) => input.value.replaceAll(BETWEEN, "；")).join(BETWEEN);
  }

  draft() {
    if (this.typed() === this.told) return;
    this.told = this.typed();
    this.outbox.sendValue(this.node.dataset.panel, `draft:${this.told}`);
  }

  commit() {
    this.told = this.typed();
    this.outbox.send(this.node.dataset.panel, `commit:${this.told}`);
  }

  pressed(event) {
    if (composes(event) || !event.target.matches("input") || !["Enter", "PageDown"].includes(event.key)) return;
    event.preventDefault();
    const next = event.key === "Enter" && this.nextEmpty(event.target);
    if (next) return next.focus();
    this.commit();
    if (event.key === "PageDown") event.target.blur();
  }

  /** The next empty field behind this one, else before it; none where nothing is typed at all. */
  nextEmpty(field) {
    const at = this.inputs.indexOf(field), others = [...this.inputs.slice(at + 1), ...this.inputs.slice(0, at)];
    return this.inputs.some(filled) ? others.find((other) => !filled(other)) : undefined;
  }

  /** A number that is typed anywhere else goes into the first field; Enter goes there. */
  begin(event) {
    const first = event.key === "Enter" || BEGINS.test(event.key ?? "");
    if (!first || rests(event) || !this.node.isConnected || !this.node.getClientRects().length) return;
    this.inputs[0].focus();
    this.inputs[0].select();
    if (event.key === "Enter") event.preventDefault();
  }

  end() {
    window.removeEventListener("keydown", this.begun);
  }
}

const filled = ({ value }) => value.trim() !== "";

function field() {
  const label = document.createElement("label"), input = document.createElement("input");
  Object.assign(input, { type: "text", autocomplete: "off", spellcheck: false, maxLength: LONGEST });
  label.append(document.createElement("span"), input);
  return label;
}
