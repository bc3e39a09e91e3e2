// Tables: the cells stay and their texts change; all clickable cells together are one tab stop.

import { setText } from "./maths.js";

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export class TablePanel {
  constructor() {
    this.node = document.createElement("div");
    this.title = document.createElement("div");
    this.title.className = "stage-title";
    this.scroller = document.createElement("div");
    this.scroller.className = "stage-scroller";
    this.table = document.createElement("table");
    this.caption = this.table.createCaption();
    this.head = this.table.createTHead().insertRow();
    this.body = this.table.createTBody();
    this.scroller.append(this.table);
    this.node.append(this.title, this.scroller);
    this.table.addEventListener("keydown", (event) => this.pressed(event));
    this.table.addEventListener("focusin", (event) => this.enter(event.target));
  }

  update({ columns, rows = [], caption = "", title = "" }) {
    setText(this.title, title);
    this.title.hidden = !title;
    setText(this.caption, caption);
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
      scroller.scrollTop = top - (scroller.clientHeight - this.head.offsetHeight) / 3;
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
    const state = `${cell.ref ?? ""}\n${cell.full ?? ""}\n${cell.tone ?? ""}\n${cell.marked ?? ""}\n${cell.text ?? ""}`;
    if (node.state === state) return;
    node.state = state;
    dress(node, column.align, cell.tone || column.tone);
    node.classList.toggle("stage-marked", Boolean(cell.marked));
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

  /** Keep exactly one clickable cell in the page's tab order. */
  stop() {
    if (this.current?.isConnected) return;
    const first = this.body.querySelector("button");
    if (first) this.enter(first);
  }

  enter(button) {
    if (button.tagName !== "BUTTON" || button === this.current) return;
    if (this.current) this.current.tabIndex = -1;
    this.current = button;
    button.tabIndex = 0;
  }

  pressed(event) {
    const cell = event.target.closest("td, th");
    const move = MOVES[event.key];
    if (event.key === "Enter" || event.key === " ") event.stopPropagation(); // the button's own click follows
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
