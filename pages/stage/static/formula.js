// Formulas: each line is set once and kept. One that is too wide is set smaller, and broken where that is not enough; what has
// no room even then scrolls, never cut. In a panel that is too low all lines are smaller, or stand in two columns.

import { maths, patched, setText, spoken } from "./maths.js";
import { div } from "./nodes.js";

const SHRUNK = 0.8; // of the type size before a line breaks
const SMALLEST = 0.7;
const IN_COLUMNS = [0.85, 0.78, 0.71, 0.64, 0.57, 0.53]; // of lines that then stand in two columns: the first that fits
const LOWEST = 0.66; // where the panel is too low for all lines
const KNOWN = 60; // shapes whose sizes are remembered
const LEAST = 0.97; // in presenter mode
const TRIES = 5; // how often a line that is too wide yet is set smaller; once is nearly always enough

export class FormulaPanel {
  constructor(stage) {
    this.stage = stage;
    this.node = div();
    this.node.setAttribute("role", "group");
    [this.trail, this.title, this.lines, this.note] = ["trail", "title", "lines", "note-text"].map((name) => {
      return this.node.appendChild(div(`stage-${name}`));
    });
    this.sources = [];
    this.known = new Map(); // shape -> sizes that were measured for it; the oldest first
    this.node.fit = (hurried) => this.fit(hurried);
    this.lines.resized = (width) => this.resized(width);
    stage.sizes.observe(this.lines);
  }

  update({ title = "", lines = [], accent = "", note = "", trail = [], reasons = [] }) {
    this.node.style.setProperty("--stage-tone", accent ? `var(--stage-${accent})` : "");
    setText(this.title, title, true);
    if (this.node.ariaLabel !== spoken(title)) this.node.setAttribute("aria-label", spoken(title));
    setText(this.note, note, true);
    this.title.hidden = !title;
    this.note.hidden = !note;
    const focused = this.node.contains(document.activeElement); // only by keyboard: a click does not take the focus
    this.updateTrail(trail);
    this.updateLines(lines, reasons);
    if (focused && !this.node.contains(document.activeElement)) {
      (this.lines.querySelector("[data-ref]") ?? this.trail.querySelector("[data-ref]"))?.focus();
    }
  }

  updateTrail(trail) {
    const text = JSON.stringify(trail);
    if (text === this.trailText) return;
    this.trailText = text;
    this.trail.hidden = !trail.length;
    this.trail.replaceChildren(...trail.map(([label, ref]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.ref = ref;
      setText(button, label);
      return button;
    }));
  }

  /** Lines and, beside each, why it holds. */
  updateLines(lines, reasons) {
    this.lines.classList.toggle("stage-reasoned", reasons.length > 0);
    const sources = lines.map((line, i) => `${line}\n${reasons[i] || ""}`);
    while (this.lines.children.length > sources.length) this.lines.lastChild.remove();
    lines.forEach((source, i) => {
      const before = this.lines.children[i];
      if (this.sources[i] === sources[i] && before) return;
      if (!reasons[i] && before?.matches(".stage-line") && patched(before.firstChild, source, true)) return (before.fitted = false);
      const line = div("stage-line");
      line.append(maths(source, true));
      const row = reasons[i] ? beside(line, reasons[i]) : line;
      if (!before) return this.lines.append(row);
      const old = before.matches(".stage-line") ? before : before.querySelector(".stage-line");
      [line.className, line.style.fontSize] = [old.className, old.style.fontSize]; // as long as nothing is measured
      before.replaceWith(row);
    });
    this.sources = sources;
  }

  resized(width) {
    if (width === this.width) return;
    this.width = width;
    this.redraw();
  }

  redraw() {
    this.known.clear(); // another width, or other letters
    this.forget();
    this.fitted = undefined;
    this.fit();
  }

  forget() {
    for (const line of this.lines.querySelectorAll(".stage-line")) line.fitted = false;
  }

  /** Measure the lines that are new, all in one go, then set those that need it; all are set smaller in a low panel.
   * In a hurry they are left in the sizes of those before them, where they fit in these. */
  fit(hurried = false) {
    if (!this.lines.offsetParent) return;
    const asked = this.sources.join("\n");
    if (asked === this.fitted && this.lines.clientHeight === this.room) return;
    if (hurried && this.within()) return;
    const shape = this.shape(asked), known = this.known.get(shape);
    if (known) this.take(known);
    if (!known || !this.within()) {
      if (known) this.forget();
      this.measure(shape);
    }
    this.reach();
    [this.fitted, this.room] = [asked, this.lines.clientHeight];
  }

  /** What lines are measured for: how they look but for their digits, and how low the room is; see redraw for its width. */
  shape(asked) {
    return [asked.replace(/\d+/g, "0"), this.lines.clientHeight, "present" in this.stage.root.dataset].join("\n");
  }

  measure(shape) {
    this.set("");
    const low = this.lines.clientHeight / this.lines.scrollHeight;
    if (low < 1 && low > 0 && !("present" in this.stage.root.dataset)) {
      // Half of a phone cannot be read: there they have its width, and scroll where they are too many.
      const smaller = this.stage.root.dataset.width === "narrow" ? [LOWEST] : IN_COLUMNS;
      const fits = (size) => {
        this.lines.style.fontSize = `${size}em`;
        return this.lines.scrollHeight <= this.lines.clientHeight + 1;
      };
      if (low >= LOWEST) [0.985, 0.965, 0.94].some((part) => fits(low * part)); // fractions round up
      else smaller.some((size) => this.set(`${size}em`, true)); // many short lines, as those of a rule
      tighten([...this.lines.querySelectorAll(".stage-line")], SMALLEST); // they were measured in larger letters
    }
    this.known.delete(shape);
    this.known.set(shape, {
      size: this.lines.style.fontSize,
      columns: this.lines.classList.contains("stage-columns"),
      lines: [...this.lines.querySelectorAll(".stage-line")].map((line) => [line.style.fontSize, line.matches(".stage-broken")]),
    });
    if (this.known.size > KNOWN) this.known.delete(this.known.keys().next().value);
  }

  /** The sizes of lines that looked the same but for their digits: a step lays the page out once, and no line jumps. */
  take({ size, columns, lines }) {
    this.lines.style.fontSize = size;
    this.lines.classList.toggle("stage-columns", columns);
    [...this.lines.querySelectorAll(".stage-line")].forEach((line, i) => {
      [line.style.fontSize, line.fitted] = [lines[i][0], true];
      line.classList.toggle("stage-broken", lines[i][1]);
    });
  }

  /** Whether nothing is cut as it is. */
  within() {
    const whole = ({ scrollWidth, clientWidth, scrollHeight, clientHeight }) => {
      return scrollWidth <= clientWidth && scrollHeight <= clientHeight + 1;
    };
    return whole(this.lines) && [...this.lines.querySelectorAll(".stage-line")].every(whole);
  }

  /** Set all lines in this size, in two columns or not; says whether they fit. */
  set(size, columns = false) {
    if (columns || this.lines.classList.contains("stage-columns")) this.forget(); // a column is narrower than the panel
    this.lines.style.fontSize = size;
    this.lines.classList.toggle("stage-columns", columns);
    this.fitLines();
    return this.lines.scrollHeight <= this.lines.clientHeight && this.lines.scrollWidth <= this.lines.clientWidth;
  }

  fitLines() {
    const fresh = [...this.lines.querySelectorAll(".stage-line")].filter((line) => !line.fitted && line.offsetParent);
    for (const line of fresh) {
      line.style.fontSize = "";
      line.classList.remove("stage-broken");
    }
    const widths = fresh.map((line) => [line.clientWidth, line.scrollWidth]);
    const narrow = [], presented = "present" in this.stage.root.dataset; // a class has to read the smallest of it
    const [shrunk, smallest] = presented ? [LEAST, LEAST] : [SHRUNK, SMALLEST];
    fresh.forEach((line, i) => {
      const [room, natural] = widths[i];
      line.fitted = true;
      if (natural <= room) return;
      line.classList.toggle("stage-broken", room / natural < shrunk);
      line.style.fontSize = `${Math.max(shrunk, (room / natural) * 0.99)}em`;
      narrow.push(line);
    });
    tighten(narrow, smallest);
  }

  /** A line that scrolls is reached by keyboard, and no other. */
  reach() {
    const lines = [...this.lines.querySelectorAll(".stage-line")];
    const scrolling = lines.map((line) => line.scrollWidth > line.clientWidth);
    lines.forEach((line, i) => (scrolling[i] ? (line.tabIndex = 0) : line.removeAttribute("tabindex")));
  }

  end() {
    this.stage.sizes.unobserve(this.lines);
  }
}

/** Smaller letters are not narrower in proportion where they are whole pixels wide: what is too wide yet, smaller again. */
function tighten(lines, smallest) {
  const size = (line) => parseFloat(line.style.fontSize) || 1;
  for (let tries = 0; tries < TRIES && lines.length; tries++) {
    const left = new Map(lines.map((line) => [line, line.clientWidth / line.scrollWidth]));
    lines = lines.filter((line) => left.get(line) < 1 && size(line) > smallest);
    for (const line of lines) line.style.fontSize = `${Math.max(smallest, size(line) * left.get(line) * 0.99)}em`;
  }
}

function beside(line, words) {
  const row = div("stage-row"), reason = div("stage-reason");
  setText(reason, words, true);
  row.append(line, reason);
  return row;
}
