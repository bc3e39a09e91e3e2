// The film: a stage whose answers come out of the file. It keeps the clock, hears what is pressed, and says what it has not.

import { rings } from "./bar.js";
import { Controls } from "./controls.js";
import { Reel } from "./reel.js";
import { show } from "./stage.js";

const TRAIL = 8; // numbers asked about before, at most
const dark = matchMedia("(prefers-color-scheme: dark)");
const drawn = new WeakMap(); // figure -> its text: the stage compares texts

class Film {
  constructor(text, parent) {
    this.reel = new Reel(text);
    const { languages, start } = this.reel.head;
    const wish = navigator.languages?.map((name) => name.split("-")[0]).find((name) => Object.hasOwn(languages, name));
    this.language = wish ?? Object.keys(languages)[0];
    this.theme = dark.matches ? "dark" : "light";
    [this.k, this.speed, this.playing, this.ticks, this.said] = [start, 0, false, 0, ""];
    [this.asked, this.trail, this.choices] = [undefined, [], new Map()];
    this.ack = ["", 0];
    this.parent = parent.appendChild(document.createElement("main"));
    this.controls = new Controls(this, parent);
    dark.addEventListener("change", () => this.colour(dark.matches ? "dark" : "light"));
    this.paint();
  }

  get words() {
    return this.reel.head.words[this.language];
  }

  get screen() {
    return this.reel.screen(this.k, this.language, this.theme);
  }

  get formulas() {
    return this.reel.formulas(this.k, this.language, this.theme);
  }

  /** Screens of one update, or 1 where each is one. */
  get places() {
    return this.reel.head.places;
  }

  get place() {
    return this.k % this.places;
  }

  // What is pressed.

  heard({ mount, events }) {
    if (mount !== this.ack[0]) this.ack = [mount, 0];
    for (const { n, panel, ref } of events) {
      if (n <= this.ack[1]) continue;
      this.ack = [mount, n];
      this.said = "";
      this.answer(panel, ref);
    }
    setTimeout(() => this.paint());
  }

  answer(panel, ref) {
    const [kind, ...rest] = ref.split(".");
    if (panel === "tick") this.tick(Number(ref));
    else if (panel === "phases") this.goPhase(ref);
    else if (kind.startsWith("lesson-answer-")) this.choose(Number(kind.slice(14)) - 1);
    else if (MOVES[ref]) this.go(MOVES[ref](this));
    else if (ref === "play" && this.reel.head.speeds.length) this.playOrPause();
    else if (kind === "t") this.goUpdate(Number(rest[0]));
    else if (kind === "trail") this.askAgain(Number(rest[0]));
    else if (kind === "origin") this.origin(rest);
    else if (this.formulas?.now[ref]) this.ask(ref);
    else this.said = this.words.not_held;
  }

  go(k, playing = false) {
    const there = Math.max(0, Math.min(k, this.reel.length - 1));
    if (there !== this.k) [this.asked, this.trail] = [undefined, []];
    [this.k, this.playing] = [there, playing];
    this.ticks += 1;
  }

  /** A phase of the update on screen, by its name. */
  goPhase(name) {
    const place = this.screen.panels.phases.items.findIndex(({ id }) => id === name);
    if (place >= 0) this.go(this.k - this.place + place);
  }

  /** An update, in the same phase. */
  goUpdate(t) {
    const first = this.reel.head.first, k = (t - first) * this.places + this.place;
    if (k >= 0 && k < this.reel.length) this.go(k);
    else this.said = this.words.outside;
  }

  /** Whether a move leads nowhere from here. */
  ended(move) {
    return MOVES[move] !== undefined && Math.max(0, Math.min(MOVES[move](this), this.reel.length - 1)) === this.k;
  }

  playOrPause() {
    const atEnd = this.k === this.reel.length - 1;
    if (this.playing) this.go(this.k);
    else this.go(atEnd ? 0 : this.k, true);
  }

  tick(number) {
    if (!this.playing || number !== this.ticks) return;
    const k = MOVES[this.reel.head.speeds[this.speed].move](this);
    this.go(k, k < this.reel.length - 1 && k !== this.k);
  }

  ask(ref) {
    if (this.asked && this.asked !== ref) this.trail = [...this.trail.slice(1 - TRAIL), this.asked];
    this.asked = ref;
  }

  askAgain(step) {
    const asked = this.trail[step];
    if (!asked) return;
    [this.asked, this.trail] = [asked, this.trail.slice(0, step)];
  }

  /** From a weight as it is now, or from what a rule remembered, to the update that made it. */
  origin([kind, ...at]) {
    const before = kind.startsWith("old_");
    const k = this.k - this.place - 1 - before;
    if (k < 0) return void (this.said = this.words.not_held);
    this.go(k);
    const made = !before ? `new_${kind}` : kind === "old_mu" ? "new_mu" : kind.slice(4);
    const ref = [made, ...at].join(".");
    if (this.formulas?.now[ref]) this.ask(ref);
  }

  choose(choice) {
    if (!this.choices.has(this.k) && this.screen.answers?.[choice]) this.choices.set(this.k, choice);
  }

  speak(language) {
    this.language = language;
    this.said = "";
    this.paint();
  }

  colour(theme) {
    this.theme = theme;
    this.paint();
  }

  // What is shown.

  get message() {
    const { head } = this.reel, screen = this.screen, colours = head.themes[this.theme];
    const panels = Object.values(screen.panels).map((panel) => this.panel(panel));
    return {
      session: "film", label: this.words.label, theme: colours, layout: screen.layout, keys: head.keys, panels,
      tick: this.playing ? { number: this.ticks, after: head.speeds[this.speed].after } : null,
      address: null, jump: 0, step: screen.step, codes: this.words.codes, connection: {}, instead: this.words.instead,
      spaceless: this.words.spaceless,
      ahead: [], present: false, first: false, welcome: null, help: this.words.help, ack: this.ack,
    };
  }

  panel(panel) {
    if (panel.figure) return { ...panel, figure: textOf(panel.figure) };
    if (panel.panels) return { ...panel, panels: panel.panels.map((inner) => this.panel(inner)) };
    if (panel.kind === "bar" && this.choices.has(this.k)) return this.screen.answers[this.choices.get(this.k)];
    if (this.asked && panel.id === "neurons") return marked(panel, this.asked);
    if (panel.id !== "formula") return panel;
    const { now, later, made, names } = this.formulas ?? {}, known = this.reel.place(this.k);
    const asked = this.asked && (made[this.asked] <= known ? now : later)[this.asked];
    const shown = asked || panel, trail = this.trail.map((ref, k) => [names[ref], `trail.${k}`]);
    return { ...shown, id: panel.id, height: panel.height, trail: [...trail, ...(shown.trail ?? [])] };
  }

  async paint() {
    const page = document.documentElement, colours = this.reel.head.themes[this.theme];
    page.lang = this.language;
    page.dataset.theme = this.theme;
    for (const [name, colour] of Object.entries(colours)) page.style.setProperty(`--film-${name}`, colour);
    document.title = this.words.title;
    this.controls.update();
    const setTriggerValue = (_, value) => this.heard(structuredClone(value));
    await show({ parentElement: this.parent, data: JSON.stringify(this.message), setTriggerValue });
    this.ring();
  }

  /** The figures are those of the number that the phase is about; a ring shows the one that was pressed. */
  ring() {
    this.rings?.forEach((ring) => ring.remove());
    const frames = this.asked ? this.parent.querySelectorAll(".stage-frame") : [];
    this.rings = [...frames].flatMap((frame) => rings(frame, this.asked));
  }
}

/** A table in which the number that was pressed is marked, and its row. */
function marked(table, ref) {
  const rows = table.rows.map((row) => {
    const cells = row.cells.map((cell) => ({ ...cell, marked: cell.ref === ref }));
    return { ...row, cells, marked: cells.some((cell) => cell.marked) };
  });
  return { ...table, rows };
}

/** Where each move leads, as on the page: updates keep their phase. */
const MOVES = {
  next_phase: ({ k }) => k + 1,
  previous_phase: ({ k }) => k - 1,
  next_update: ({ k, places, reel }) => (k + places < reel.length ? k + places : k),
  previous_update: ({ k, place, places }) => (k >= places ? k - places : k - place),
  first_update: () => 0,
  last_update: ({ place, places, reel }) => reel.length - places + place,
  "lesson-next": ({ k }) => k + 1,
  "lesson-previous": ({ k }) => k - 1,
};

function textOf(figure) {
  let text = drawn.get(figure);
  if (!text) drawn.set(figure, (text = JSON.stringify(figure)));
  return text;
}

/** Called once, by the page. */
export function openFilm(text) {
  window.film = new Film(text, document.body);
}
