// Formulas: each line is set once and kept; one that is too wide shrinks a little, then breaks, then scrolls, never cut.

import { maths, setText, spoken } from "./maths.js";

const SHRUNK = 0.8; // of the type size before a line breaks
const SMALLEST = 0.7;

export class FormulaPanel {
  constructor(stage) {
    this.stage = stage;
    this.node = document.createElement("div");
    this.node.setAttribute("role", "group");
    [this.trail, this.title, this.lines, this.note] = ["trail", "title", "lines", "note-text"].map((name) => {
      const part = document.createElement("div");
      part.className = `stage-${name}`;
      this.node.append(part);
      return part;
    });
    this.sources = [];
    this.node.fit = () => this.fit();
    this.lines.resized = (width) => this.resized(width);
    stage.sizes.observe(this.lines);
  }

  update({ title = "", lines = [], accent = "", note = "", trail = [], reasons = [] }) {
    this.node.style.setProperty("--stage-tone", accent ? `var(--stage-${accent})` : "");
    setText(this.title, title);
    if (this.node.ariaLabel !== spoken(title)) this.node.setAttribute("aria-label", spoken(title));
    setText(this.note, note);
    this.title.hidden = !title;
    this.note.hidden = !note;
    const focused = this.node.contains(document.activeElement); // only by keyboard: a click does not take the focus
    this.updateTrail(trail);
    this.updateLines(lines, reasons);
    if (focused && !this.node.contains(document.activeElement)) {
      this.node.querySelector(".stage-lines [data-ref], .stage-trail [data-ref]")?.focus();
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
      if (this.sources[i] === sources[i] && this.lines.children[i]) return;
      const line = document.createElement("div");
      line.className = "stage-line";
      line.append(maths(source, true));
      const row = reasons[i] ? beside(line, reasons[i]) : line;
      if (this.lines.children[i]) this.lines.children[i].replaceWith(row);
      else this.lines.append(row);
    });
    this.sources = sources;
  }

  resized(width) {
    if (width === this.width) return;
    this.width = width;
    this.redraw();
  }

  redraw() {
    for (const line of this.lines.querySelectorAll(".stage-line")) line.fitted = false;
    this.fit();
  }

  /** Measure the lines that are new, all in one go, then set those that need it. */
  fit() {
    const fresh = [...this.lines.querySelectorAll(".stage-line")].filter((line) => !line.fitted && line.offsetParent);
    for (const line of fresh) {
      line.style.fontSize = "";
      line.classList.remove("stage-broken");
    }
    const widths = fresh.map((line) => [line.clientWidth, line.scrollWidth]);
    const broken = [];
    fresh.forEach((line, i) => {
      const [room, natural] = widths[i];
      line.fitted = true;
      if (natural <= room) return;
      line.classList.toggle("stage-broken", room / natural < SHRUNK);
      line.style.fontSize = `${Math.max(SHRUNK, (room / natural) * 0.99)}em`;
      if (room / natural < SHRUNK) broken.push(line);
    });
    const left = broken.map((line) => line.clientWidth / line.scrollWidth);
    broken.forEach((line, i) => {
      if (left[i] < 1) line.style.fontSize = `${Math.max(SMALLEST, SHRUNK * left[i] * 0.99)}em`;
    });
    const scrolling = broken.map((line) => line.scrollWidth > line.clientWidth);
    broken.forEach((line, i) => line.toggleAttribute("tabindex", scrolling[i]));
  }

  end() {
    this.stage.sizes.unobserve(this.lines);
  }
}

function beside(line, words) {
  const row = document.createElement("div");
  const reason = document.createElement("div");
  row.className = "stage-row";
  reason.className = "stage-reason";
  reason.textContent = words;
  row.append(line, reason);
  return row;
}
