// Tables: the cells stay and their texts change; all clickable cells together are one tab stop, each field is one.

import { ARROWS, composes, PRESSES } from "./keys.js";
import { setText } from "./maths.js";
import { div } from "./nodes.js";

const LONGEST = 200; // characters of a field

export class TablePanel {
  constructor(stage) {
    this.stage = stage;
    this.outbox = stage.outbox;
    this.node = div();
    this.title = div("stage-title");
    this.scroller = div("stage-scroller");
    this.table = document.createElement("table");
    this.caption = this.table.createCaption();
    this.head = this.table.createTHead().insertRow();
    this.body = this.table.createTBody();
    this.scroller.append(this.table);
    this.node.append(this.title, this.scroller);
    this.table.addEventListener("keydown", (event) => this.pressed(event));
    this.table.addEventListener("focusin", (event) => this.enter(event.target));
    this.table.addEventListener("focusout", ({ target }) => this.commit(target));
    this.node.resized = () => this.whole();
    stage.sizes.observe(this.node);
  }

  /** A table that is taller than its room ends with a whole row; its caption is as high as a row. */
  whole() {
    const { scroller, body } = this, row = rowOf(body), head = heightOf(this.head);
    scroller.style.maxHeight = "";
    const over = scroller.scrollHeight > scroller.clientHeight + 1, room = scroller.clientHeight - head;
    if (over && row && room > row) scroller.style.maxHeight = `${head + Math.floor(room / row + 0.05) * row}px`;
  }

  redraw() {
    this.whole();
  }

  end() {
    this.stage.sizes.unobserve(this.node);
  }

  update({ columns, rows = [], caption = "", title = "", coded = false }) {
    setText(this.title, title, coded);
    this.title.hidden = !title;
    setText(this.caption, caption, coded);
    this.caption.hidden = !caption;
    this.updateHead(columns);
    while (this.body.rows.length > rows.length) this.body.deleteRow(-1);
    rows.forEach((row, i) => {
      const line = this.body.rows[i] ?? this.body.insertRow();
      if (line.className !== (row.marked ? "stage-marked" : "")) line.className = row.marked ? "stage-marked" : "";
      while (line.cells.length > row.cells.length) line.deleteCell(-1);
      row.cells.forEach((cell, j) => this.updateCell(line, j, cell, columns[j] ?? {}));
    });
    this.stop();
    this.comeBack();
    const marked = rows.findIndex((row) => row.marked);
    if (marked !== this.marked) requestAnimationFrame(() => this.reveal((this.marked = marked)));
  }

  /** Scroll a table that is taller than its room to the marked row; the page itself stays where it is. */
  reveal(index) {
    const { scroller, body } = this;
    const row = body.rows[index];
    if (!row || scroller.scrollHeight <= scroller.clientHeight) return;
    const [top, bottom] = [row.offsetTop - this.head.offsetHeight, row.offsetTop + row.offsetHeight];
    if (top < scroller.scrollTop || bottom > scroller.scrollTop + scroller.clientHeight) {
      const one = rowOf(body), above = Math.round((scroller.clientHeight - heightOf(this.head)) / one / 3);
      scroller.scrollTop = Math.max(0, Math.round(top / one) - above) * one;
    }
  }

  updateHead(columns) {
    const text = JSON.stringify(columns);
    if (text === this.columns) return;
    this.columns = text;
    this.body.replaceChildren();
    this.head.replaceChildren(...columns.map((column) => {
      const cell = document.createElement(column.label ? "th" : "td");
      if (column.label) cell.scope = "col";
      setText(cell, column.label);
      dress(cell, column.align, column.tone);
      return cell;
    }));
  }

  updateCell(line, j, cell, column) {
    let node = line.cells[j];
    if (!node) {
      node = document.createElement(column.row_header ? "th" : "td");
      if (column.row_header) node.scope = "row";
      line.append(node);
    }
    const state = `${cell.ref ?? ""}\n${cell.full ?? ""}\n${cell.tone ?? ""}\n${cell.marked ?? ""}\n${cell.text ?? ""}\n${cell.typed ?? ""}\n${cell.then ?? ""}`;
    if (node.state === state) return;
    node.state = state;
    dress(node, column.align, cell.tone || column.tone);
    node.classList.toggle("stage-marked", Boolean(cell.marked));
    if (cell.typed) return this.updateField(node, cell);
    if (node.field) {
      node.field = undefined;
      node.replaceChildren();
      node.stageText = null;
    }
    let holder = node.querySelector("button");
    if (cell.ref && !holder) {
      holder = document.createElement("button");
      holder.type = "button";
      holder.tabIndex = -1;
      node.replaceChildren(holder);
      node.stageText = null;
    } else if (!cell.ref && holder) {
      holder.remove();
      holder = null;
      node.stageText = null;
    }
    if (holder) holder.dataset.ref = cell.ref;
    setText(holder ?? node, cell.text ?? "");
    (holder ?? node).title = cell.full ?? "";
  }

  /** A field keeps what is being typed in it, until another number of ``typed`` says what stands there. */
  updateField(node, { text = "", ref, full = "", tone, typed, then = "" }) {
    if (!node.field) {
      node.field = document.createElement("input");
      Object.assign(node.field, { type: "text", autocomplete: "off", spellcheck: false, maxLength: LONGEST, size: 9 });
      node.field.setAttribute("autocapitalize", "off");
      node.replaceChildren(node.field);
      node.stageText = null;
    }
    const field = node.field;
    field.dataset.field = ref;
    field.setAttribute("aria-label", full);
    field.title = full;
    field.style.color = field.style.borderColor = tone ? `var(--stage-${tone})` : "";
    field.ariaInvalid = tone === "negative" ? "true" : null;
    field.then = then;
    if (field.typed === typed && field.shown === text) return;
    if (field.typed !== typed || document.activeElement !== field) field.value = field.sent = text;
    [field.typed, field.shown] = [typed, text];
  }

  commit(field) {
    if (!field.dataset.field || field.value.trim() === (field.sent ?? "").trim()) return;
    field.sent = field.value;
    this.outbox.send(this.node.dataset.panel, `${field.dataset.field}=${field.value}`);
  }

  /** Enter goes to the field that is named as the next, else to the next there is; arrows up and down to the one there. */
  typing(event) {
    const { key, target } = event;
    if (composes(event) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (key === "Enter") {
      const known = this.outbox.number;
      this.commit(target);
      const fields = [...(this.node.closest(".stage") ?? this.node).querySelectorAll(".stage-table input")];
      const to = fields.find(({ dataset }) => dataset.field === target.then) ?? fields[fields.indexOf(target) + 1];
      if (this.outbox.number > known) this.left = { field: target, to, number: this.outbox.number };
      to?.focus();
    } else if (key === "ArrowUp" || key === "ArrowDown") {
      const cell = target.closest("td, th"), step = ARROWS[key][0];
      for (let i = cell.parentNode.sectionRowIndex + step; this.body.rows[i]; i += step) {
        const other = this.body.rows[i].cells[cell.cellIndex]?.field;
        if (!other) continue;
        event.preventDefault();
        return other.focus();
      }
    }
  }

  /** Back to the field that Enter has left, once its text is answered as wrong and nothing is typed in the next. */
  comeBack() {
    const { field, to, number } = this.left ?? {};
    if (!field || this.outbox.acknowledged < number) return;
    this.left = undefined;
    const begun = to && to.value !== (to.sent ?? "");
    if (field.ariaInvalid && field.isConnected && document.activeElement === (to ?? document.body) && !begun) field.focus();
  }

  /** Keep exactly one clickable cell in the page's tab order. */
  stop() {
    if (this.current?.isConnected) return;
    const first = this.body.querySelector("button");
    if (first) this.enter(first);
  }

  enter(button) {
    if (button.dataset.field) return this.outbox.send(this.node.dataset.panel, button.dataset.field);
    if (button.tagName !== "BUTTON" || button === this.current) return;
    if (this.current) this.current.tabIndex = -1;
    this.current = button;
    button.tabIndex = 0;
  }

  pressed(event) {
    if (event.target.dataset.field) return this.typing(event);
    const cell = event.target.closest("td, th");
    const move = ARROWS[event.key];
    if (PRESSES.has(event.key)) event.stopPropagation(); // the button's own click follows
    if (!move || !cell || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation(); // and the page does not step
    let [i, j] = [cell.parentNode.sectionRowIndex + move[0], cell.cellIndex + move[1]];
    for (; this.body.rows[i]?.cells[j]; i += move[0], j += move[1]) {
      const button = this.body.rows[i].cells[j].querySelector("button");
      if (button) return button.focus();
    }
  }
}

function dress(cell, align, tone) {
  cell.style.textAlign = align ?? "";
  cell.style.color = tone ? `var(--stage-${tone})` : "";
}

const heightOf = (node) => node?.getBoundingClientRect().height ?? 0;
const rowOf = ({ rows }) => heightOf(rows[1] ?? rows[0]); // the first has less of a border, in Safari a whole pixel
