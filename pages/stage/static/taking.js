// Taking away: the small menu of each figure, table and map. Its button is seen while the pointer or the focus is there; it
// stands beside the figure, or where it covers no number and nothing that can be pressed, and moves nothing.

import { every } from "./nodes.js";
import { csv, rowsOf } from "./numbers.js";
import { frameOf, png, svgOfPlot, svgOfTiles } from "./pictures.js";
import { question } from "./sources.js";

const FIGURES = ".stage-plot, .stage-table, .stage-tiles";
const TAKEN = new Set(["plot", "table", "tiles"]); // kinds of panels
const LISTED = 200; // rows of numbers in the menu; the file has all
const [STEP, EDGE] = [8, 2]; // px between two places that are tried, and of a menu from the window's edge
const PRESSED = "button:not(.stage-more), input, .points path, .point"; // is not covered, nor what is read
const READ = "text, th, td, caption, .stage-title";
const ABOVE = "[data-testid=stHeader], .st-key-corner, .st-key-transport"; // lie over the panels, in presenter mode while they are seen
const PATIENCE = 4000; // ms until a screen that is being stepped comes to rest

export class Taking {
  constructor(stage) {
    this.stage = stage;
    this.words = undefined;
    const { root } = stage;
    // A finger leaves when it is lifted: what it has tapped keeps its button till it taps elsewhere, or in a field.
    const pointed = ({ target, pointerType, type }) => (pointerType === "touch") === (type === "pointerup")
      && this.over(target.matches?.("input") && pointerType === "touch" ? undefined : target.closest?.(FIGURES));
    for (const name of ["pointerover", "pointerup"]) root.addEventListener(name, pointed);
    root.addEventListener("pointerleave", ({ pointerType }) => pointerType !== "touch" && this.over(undefined));
    root.addEventListener("focusin", ({ target }) => target.matches(".stage-more") && place(target));
    this.scrolled = () => this.refresh();
    document.addEventListener("scroll", this.scrolled, { capture: true, passive: true });
  }

  /** Every panel of a message has its button, with its own name on it. */
  update(message) {
    const { taking } = message;
    this.words = taking?.words;
    for (const { node, kind } of every(this.stage.panels)) {
      if (!TAKEN.has(kind)) continue;
      const name = taking?.names[node.dataset.panel], button = node.more?.parentNode === node ? node.more : undefined;
      if (!name) button?.remove();
      else label(button ?? this.added(node), `${name}: ${this.words.menu}`);
    }
  }

  added(node) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "stage-more", textContent: "⤓" });
    button.setAttribute("aria-haspopup", "dialog");
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      this.open(node.dataset.panel, button, event.detail > 0);
    });
    node.append((node.more = button));
    return button;
  }

  over(node) {
    if (node === this.at) return;
    this.at?.removeAttribute("data-over");
    this.at = node;
    node?.setAttribute("data-over", "");
    this.refresh();
  }

  /** Where it is seen, it stands where it should. */
  refresh() {
    for (const button of [this.at?.querySelector(":scope > .stage-more"), document.activeElement]) {
      if (button?.matches?.(".stage-more")) place(button);
    }
  }

  spec(id) {
    return found(this.stage.message?.panels ?? [], id);
  }

  panel(id) {
    return [...every(this.stage.panels)].find(({ node }) => node.dataset.panel === id);
  }

  open(id, button, pointed) {
    const { taking } = this.stage.message ?? {};
    if (!taking) return;
    const menu = new Menu(this, id, taking);
    menu.dialog.addEventListener("close", () => pointed && button.blur()); // the next key steps
    menu.dialog.addEventListener("toggle", () => menu.beside(button), true); // its numbers are unfolded
    this.stage.root.append(menu.dialog);
    menu.dialog.showModal();
    menu.beside(button);
  }

  /** What the server makes of the screen: this figure in other colours, or the update. */
  async asked(query) {
    const until = performance.now() + PATIENCE, { stage } = this;
    while (stage.root.dataset.idle === undefined && performance.now() < until) await new Promise((done) => setTimeout(done, 50));
    const url = question("stage-taking"), { session, version } = stage.base;
    url.search = new URLSearchParams({ of: session, version, ...query });
    const response = await fetch(url);
    if (response.status !== 200) throw new Error(`stage: ${response.status} for ${query.what}`);
    return response;
  }

  end() {
    document.removeEventListener("scroll", this.scrolled, { capture: true });
  }
}

class Menu {
  constructor(taking, id, { words, names, stem, theme, grounds, update = "" }) {
    Object.assign(this, { taking, id, words, name: names[id], stem, theme, grounds });
    const spec = taking.spec(id), title = made("h2", this.name);
    this.dialog = made("dialog");
    this.dialog.className = "stage-take";
    title.id = "stage-take-title";
    this.dialog.setAttribute("aria-labelledby", title.id);
    this.status = made("p");
    this.status.setAttribute("role", "status");
    this.status.className = "stage-take-status";
    this.dialog.append(title);
    if (spec.alt) this.dialog.append(Object.assign(made("p", spec.alt), { className: "stage-take-says" }));
    const grid = made("div");
    grid.className = "stage-take-files";
    if (spec.kind !== "table") {
      this.size = this.choice(words.size, ["seen", "slide", "page"], "seen");
      this.colours = this.choice(words.colours, ["light", "dark"], theme);
      const row = made("div");
      row.className = "stage-take-how";
      row.append(this.size.parentNode, this.colours.parentNode);
      this.dialog.append(row);
      grid.append(...this.offered("PNG", () => this.png()), ...this.offered("SVG", () => this.svg()));
    }
    if (rowsOf(spec, words).length) grid.append(...this.offered("CSV", () => this.csv()));
    if (update === "yes") grid.append(...this.offered("JSON", () => this.json(), words.update));
    this.dialog.append(grid, this.status);
    if (update && update !== "yes") this.dialog.append(made("p", update));
    if (rowsOf(spec, words).length) this.dialog.append(this.numbers());
    const close = made("button", words.close), foot = made("p");
    close.addEventListener("click", () => this.dialog.close());
    foot.append(close);
    foot.className = "stage-take-foot";
    this.dialog.append(foot);
    this.dialog.addEventListener("close", () => this.dialog.remove());
    this.dialog.addEventListener("click", ({ target }) => target === this.dialog && this.dialog.close()); // beside it
  }

  /** As near to its button as the window lets it. */
  beside(button) {
    const { width, height } = this.dialog.getBoundingClientRect(), at = button.getBoundingClientRect();
    const left = Math.max(EDGE, Math.min(at.right - width, innerWidth - width - EDGE));
    const top = Math.max(EDGE, Math.min(at.bottom + EDGE, innerHeight - height - EDGE));
    Object.assign(this.dialog.style, { left: `${left}px`, top: `${top}px` });
  }

  choice(text, names, now) {
    const holder = made("label", text), select = made("select");
    for (const name of names) select.append(Object.assign(made("option", this.words[name]), { value: name }));
    select.value = now;
    holder.append(select);
    return select;
  }

  /** A row of the menu: what it is, and its two buttons. */
  offered(kind, make, said = this.words[kind.toLowerCase()] ?? kind) {
    const buttons = [["save", save], ["copy", copy]].map(([word, give]) => {
      const button = made("button", this.words[word]);
      button.setAttribute("aria-label", `${kind}: ${this.words[word]}`);
      button.dataset.take = `${kind.toLowerCase()}-${word}`;
      button.addEventListener("click", () => this.give(() => give(make, kind), word));
      return button;
    });
    return [made("span", said), ...buttons];
  }

  /** Say what became of it: nothing fails without a word. */
  async give(give, word) {
    this.status.textContent = "…";
    try {
      const name = await give();
      this.status.textContent = this.words[word === "save" ? "saved" : "copied"].replace("@", name);
    } catch (error) {
      console.warn("stage: taking", error);
      const refused = word === "copy" && (!navigator.clipboard?.write || error.name === "NotAllowedError");
      this.status.textContent = refused ? this.words.uncopied : this.words.failed;
    }
  }

  named(suffix, step = this.taking.stage.message.step ?? "") {
    const place = step.replace(/[^\w.-]+/g, "-");
    return [this.stem, place, suffix === "json" ? "" : this.id].filter(Boolean).join("-") + `.${suffix}`;
  }

  async picture() {
    const spec = this.taking.spec(this.id), panel = this.taking.panel(this.id), theme = this.colours.value;
    const other = theme === this.theme ? undefined
      : await (await this.taking.asked({ what: "panel", panel: this.id, theme })).json();
    const { panel: shown, step } = other ?? { panel: spec };
    const frame = frameOf(this.size.value, panel.room ?? roomOf(panel));
    const look = { ...this.grounds[theme], title: this.name, says: shown.alt ?? shown.title ?? "" };
    const drawn = spec.kind === "plot" ? await svgOfPlot(panel, shown.figure, frame, look) : await svgOfTiles(shown, frame, look);
    return { ...drawn, density: frame.density, step };
  }

  async svg() {
    const { text, step } = await this.picture();
    return { name: this.named("svg", step), blob: new Blob([text], { type: "image/svg+xml" }), text };
  }

  async png() {
    const drawn = await this.picture();
    return { name: this.named("png", drawn.step), blob: await png(drawn, drawn.density) };
  }

  async csv() {
    const text = csv(rowsOf(this.taking.spec(this.id), this.words));
    return { name: this.named("csv"), blob: new Blob([text], { type: "text/csv" }), text: text.slice(1) };
  }

  async json() {
    const text = await (await this.taking.asked({ what: "update" })).text();
    return { name: this.named("json"), blob: new Blob([text], { type: "application/json" }), text };
  }

  /** The numbers as a table that a screen reader goes through; made when it is opened. */
  numbers() {
    const details = made("details"), summary = made("summary", this.words.numbers);
    details.append(summary);
    details.addEventListener("toggle", () => {
      if (!details.open || details.children.length > 1) return;
      const [heads, ...rows] = rowsOf(this.taking.spec(this.id), this.words), holder = made("div"), table = made("table");
      holder.tabIndex = 0;
      holder.setAttribute("role", "region");
      holder.setAttribute("aria-label", this.words.numbers);
      table.createTHead().append(line(heads, "th"));
      table.createTBody().append(...rows.slice(0, LISTED).map((row) => line(row, "td")));
      holder.append(table);
      if (rows.length > LISTED) holder.append(made("p", this.words.more.replace("@", rows.length - LISTED)));
      details.append(holder);
    });
    return details;
  }
}

async function save(make) {
  const { name, blob } = await make(), link = made("a"), url = URL.createObjectURL(blob);
  Object.assign(link, { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  return name;
}

/** Browsers want what is copied promised within the click; it may take its time to come. */
async function copy(make, kind) {
  if (!navigator.clipboard?.write) throw new Error("there is no clipboard here");
  const type = kind === "PNG" ? "image/png" : "text/plain", taken = make();
  const given = taken.then(({ blob, text }) => (text === undefined ? blob : new Blob([text], { type })));
  const written = navigator.clipboard.write([new ClipboardItem({ [type]: given })]);
  const [{ name }] = await Promise.all([taken, written]); // what cannot be made fails as that, not as refused
  return name;
}

function made(name, text = "") {
  return Object.assign(document.createElement(name), { textContent: text, ...(name === "button" ? { type: "button" } : {}) });
}

function line(cells, kind) {
  const row = made("tr");
  row.append(...cells.map((cell) => Object.assign(made(kind, String(cell ?? "")), kind === "th" ? { scope: "col" } : {})));
  return row;
}

function label(button, text) {
  if (button.getAttribute("aria-label") !== text) button.setAttribute("aria-label", (button.title = text));
}

const roomOf = ({ node }) => ({ width: node.clientWidth, height: node.clientHeight, wish: 1 });

function found(specs, id) {
  for (const spec of specs) {
    const here = spec.id === id ? spec : found(spec.panels ?? [], id);
    if (here) return here;
  }
  return undefined;
}

/** Put the button right of its panel, else where it covers nothing that is read or pressed; on a phone also above it. */
function place(button) {
  const node = button.parentNode, stage = node.closest(".stage"), at = node.getBoundingClientRect();
  const { width, height } = button.getBoundingClientRect(), narrow = stage.dataset.width === "narrow";
  const boxes = narrow ? [...stage.querySelectorAll(FIGURES)].flatMap(taken) : taken(node);
  const others = [...stage.querySelectorAll(narrow ? ".stage-formula, .stage-strip" : ".stage-panel")];
  boxes.push(...others.filter((one) => !one.contains(node) && !node.contains(one)).map((one) => one.getBoundingClientRect()));
  const { dataset } = document.documentElement;
  if (!("present" in dataset) || "menus" in dataset) {
    boxes.push(...[...document.querySelectorAll(ABOVE)].map((one) => one.getBoundingClientRect()));
  }
  const most = Math.min(at.right + 1, document.documentElement.clientWidth - width);
  const low = Math.max(at.top, 0), bottom = Math.min(at.bottom, innerHeight) - height;
  const covers = ([x, y]) => boxes.filter((box) =>
    x + width > box.left && x < box.right && y + height > box.top && y < box.bottom).length;
  let best, least = Infinity;
  for (const there of tried({ left: at.left, most, top: narrow ? low - height : low, low, bottom })) {
    const count = covers(there);
    if (count < least) [best, least] = [there, count];
    if (!count) break;
  }
  button.style.transform = `translate(${best[0]}px, ${best[1]}px)`;
}

/** What of a panel is read or pressed: of cells and captions their words, as far as the panel shows them. */
function taken(node) {
  const { left, right, top, bottom } = node.getBoundingClientRect(), text = document.createRange();
  const seen = (names) => [...node.querySelectorAll(names)].filter((one) => !one.closest(".stage-spare"));
  const boxes = seen(PRESSED).map((one) => one.getBoundingClientRect());
  for (const one of seen(READ)) {
    text.selectNodeContents(one);
    boxes.push(...text.getClientRects());
  }
  return boxes.map((box) => ({
    left: Math.max(box.left, left), right: Math.min(box.right, right), top: Math.max(box.top, top), bottom: Math.min(box.bottom, bottom),
  })).filter((box) => box.left < box.right && box.top < box.bottom);
}

function* tried({ left, most, top, low, bottom }) {
  yield [most, low];
  for (let y = top; y <= Math.max(low, bottom); y += STEP) yield [most, y];
  for (let y = top; y <= bottom; y += STEP) for (let x = most - STEP; x >= left; x -= STEP) yield [x, y];
}
