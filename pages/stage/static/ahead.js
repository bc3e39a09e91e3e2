// Ahead: the screens that one step leads to are fetched while nobody presses anything, one after the other, and drawn out
// of sight. A press paints the one it leads to at once; the server's answer then finds nothing to change. Whatever changes
// the screen makes them stale: they belong to one version of the message, and to no other.

import { question } from "./sources.js";

const REST = 90; // ms without an event before they are asked for
const AGAIN = 30; // ms until the next look whether Streamlit has come to rest
const LATER = 1000; // ms until a server that had no time is asked again; each time twice that
const TRIES = 4;
const MORE = "more"; // no step: what is worked out in the background, a slice with each answer

export class Ahead {
  constructor(stage) {
    this.stage = stage;
    this.moves = new Map(); // the screens that are there, by the ref of the key
    this.left = []; // figures to be drawn out of sight
    this.seen = () => this.want();
  }

  /** The screen is painted: when it has stood for a while, ask what is next to it. */
  rest() {
    clearTimeout(this.timer);
    const { message } = this.stage;
    if (message?.version && this.version === message.version) return this.prepare();
    this.forget();
    if (message?.version && message.ahead.length) this.timer = setTimeout(() => this.want(), REST);
  }

  async want() {
    const { message, outbox } = this.stage;
    if (!message?.version || outbox.busy) return;
    if (document.hidden) return document.addEventListener("visibilitychange", this.seen, { once: true });
    if (document.querySelector("[data-test-script-state='running']")) {
      this.timer = setTimeout(() => this.want(), AGAIN);
      return;
    }
    const { version, session, ahead } = message, { signal } = (this.asking = new AbortController());
    this.version = version;
    for (const move of [...ahead].sort((a, b) => (b === this.last) - (a === this.last))) { // the last is the likeliest
      if (move === MORE || this.moves.has(move)) continue;
      const screens = await ask({ of: session, version, move }, signal);
      if (signal.aborted) return;
      if (screens === undefined) return this.later();
      this.came(move, screens[0]);
    }
    this.all = true;
    this.prepare();
    if (ahead.includes(MORE)) this.more({ of: session, version, move: MORE }, signal);
  }

  /** Paint what more is known after each slice of work, until there is none; a server without time is asked again later. */
  async more(query, signal) {
    const waiting = this.stage.message.panels.find(({ tell }) => tell); // for the end of it
    for (let failed = 0; failed < TRIES;) {
      const screens = await ask(query, signal);
      if (signal.aborted || this.stage.message?.version !== query.version) return;
      if (screens && !screens.length) {
        if (waiting) this.stage.outbox.send(waiting.id, waiting.tell);
        break;
      }
      failed = screens ? 0 : failed + 1;
      if (screens) this.stage.further(screens[0]);
      else await new Promise((done) => setTimeout(done, (LATER / 4) * 2 ** failed));
    }
    if (!signal.aborted) this.stage.paint(); // the last of it, too
  }

  /** Strips in which more is known by now: the screens that are there, which came before, show the same stretch so too. */
  known(panels) {
    const newer = new Map(panels.map((panel) => [panel.id, panel]));
    for (const panel of [...this.moves.values()].flatMap((screen) => screen?.panels ?? [])) {
      const { figure, start, stop } = newer.get(panel.id) ?? {};
      const of = panel.kind === "scrubber" && panel.start === start && panel.stop === stop;
      if (of && figure !== undefined && panel.figure !== undefined) panel.figure = figure;
    }
  }

  /** The server has no time, or is another than the one that drew: what has come is used, and the rest asked for later. */
  later() {
    this.tries = (this.tries ?? 0) + 1;
    if (this.tries < TRIES) this.timer = setTimeout(() => this.want(), LATER * 2 ** (this.tries - 1));
  }

  came(move, screen) {
    this.moves.set(move, screen); // or nothing, where it leads nowhere
    this.stage.root.dataset.ahead = [...this.moves.keys()].join(" ");
    this.left.push(...(screen?.panels ?? []).filter(({ kind }) => kind === "plot"));
    this.prepare();
  }

  /** Draw them out of sight, a figure at a time, between whatever else the browser does. */
  prepare() {
    if (this.idle) return;
    this.stage.root.toggleAttribute("data-ready", this.all && !this.left.length); // for tests and benchmarks
    if (!this.left.length) return;
    this.idle = whenIdle(() => {
      this.idle = undefined;
      if (this.stage.outbox.busy || this.stage.hurried) return;
      const spec = this.left.shift();
      try {
        if (spec) this.stage.panels.get(spec.id)?.prepare?.(spec);
      } catch {
        // what cannot be drawn ahead is drawn, and said, when it is there
      }
      this.prepare();
    });
  }

  /** A step is pressed: paint where it leads, if that is known. */
  show(ref) {
    const { message, outbox } = this.stage, next = this.moves.get(ref);
    this.last = ref;
    if (!next || outbox.busy || !this.version || this.version !== message?.version) return;
    this.forget();
    this.stage.foresee(joined(message, next));
  }

  /** Something else is asked for: what is on its way comes too late. */
  stop() {
    clearTimeout(this.timer);
    this.asking?.abort();
    if (!this.all) this.version = undefined;
  }

  forget() {
    this.asking?.abort();
    this.moves.clear();
    this.left = [];
    this.all = false;
    this.tries = undefined;
    this.version = undefined;
    delete this.stage.root.dataset.ahead;
    this.stage.root.removeAttribute("data-ready");
  }

  end() {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.seen);
    this.forget();
  }
}

/** The message of a screen of which only the panels that differ have come. */
export function joined(message, screen) {
  const changed = new Map(message.panels.map((panel) => [panel.id, panel]));
  for (const panel of screen.panels) {
    const { figure } = changed.get(panel.id) ?? {};
    changed.set(panel.id, panel.figure === undefined && figure ? { ...panel, figure } : panel); // or it is as before
  }
  const panels = message.panels.map((panel) => changed.get(panel.id));
  return { ...message, ...screen, panels, version: undefined };
}

/** The screens that the server answers with; undefined if it has none, or has no time. */
export async function ask(query, signal) {
  const url = question("stage-ahead");
  url.search = new URLSearchParams(query);
  try {
    const response = await fetch(url, { signal });
    return response.status === 200 ? (await response.json()).screens : undefined;
  } catch {
    return undefined;
  }
}

const whenIdle = window.requestIdleCallback
  ? (then) => requestIdleCallback(then, { timeout: 200 })
  : (then) => setTimeout(then, 16);
