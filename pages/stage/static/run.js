// Run: while a key is held down or a play goes on, the pictures come from a strip of screens that is fetched in pieces, and
// each step is painted when its time comes. The server is told of many steps at once, and answers less often.

import { ask, joined } from "./ahead.js";
import { online } from "./connection.js";

const FIRST = 4; // screens fetched at once, to begin with
const PIECE = 8; // and later
const LOW = 8; // the next are asked for when fewer are left
const PAUSE = 200; // ms before a server without time is asked again

export class Run {
  constructor(stage) {
    this.stage = stage;
    this.frames = [];
    this.pause = 0;
  }

  /** Whether pictures follow each other so fast that some may be left out. */
  get on() {
    return this.move !== undefined;
  }

  /** One step on, painted from the strip; false if its screen is not there (yet). `more` is what its message has beside. */
  step(move, event, more = {}) {
    if (!online()) return false;
    if (this.move !== move) this.begin(move);
    queueMicrotask(() => this.fetch()); // after the step is reported, one way or the other
    const frame = this.frames.shift();
    if (!frame) return false;
    const message = joined(this.stage.message, frame);
    this.stage.outbox.collect(event.panel, event.ref);
    this.stage.foresee({ ...message, ...more }, true);
    return true;
  }

  /** The tick of a play is due. */
  tick({ number, after }) {
    const tick = { number: number + 1, after };
    return this.step("tick", { panel: "tick", ref: number }, { tick });
  }

  begin(move) {
    this.end();
    this.move = move;
  }

  /** The next piece. It follows the newest message, the steps made since that, and the screens that are there. */
  async fetch() {
    const { base, outbox } = this.stage, { move } = this;
    if (this.asking || this.over || this.frames.length >= LOW || performance.now() < this.pause) return;
    if (!base?.ahead?.includes(move) || !outbox.onlyNew(move)) return;
    const until = outbox.number + this.frames.length, asking = (this.asking = new AbortController());
    const skip = until - outbox.acknowledged, count = this.frames.length ? PIECE : FIRST;
    const query = { of: base.session, version: base.version, move, skip, count };
    const screens = await ask(query, asking.signal);
    if (asking.signal.aborted) return;
    this.asking = undefined;
    if (!screens) this.pause = performance.now() + PAUSE; // and asked again with a later step
    else this.came(screens, outbox.number + this.frames.length - until);
  }

  /** What came is `late` by so many steps, which were made without it. */
  came(screens, late) {
    this.over = !screens.length;
    const past = screens.splice(0, late).flatMap(({ panels }) => panels);
    if (screens.length) screens[0].panels.unshift(...past);
    this.frames.push(...screens);
  }

  /** The key is released, the play is over, or something else is done: what was stepped is told at once. */
  end() {
    this.drop();
    this.stage.outbox.flush();
  }

  drop() {
    this.asking?.abort();
    this.asking = this.move = undefined;
    this.over = false;
    this.frames = [];
  }
}
