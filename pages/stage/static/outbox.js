// The outbox: events leave one message at a time, and the next when the answer to the last is on the screen, or is given up.
//
// No press is lost, but without a server: those made while an answer is under way wait, and leave together, so that one
// answer is to many steps.

import { online } from "./connection.js";

const PATIENCE = 1000; // ms after which an answer counts as lost, unless the script is still running
const TRIES = 3; // how often what nobody answered is sent again, each time after twice the wait
const LISTED = 32; // events in one message, at most: so many does events.py take at once
const TOGETHER = 400; // ms between two messages with steps that are painted already

export class Outbox {
  constructor(trigger, show = () => {}, foresee = () => false) {
    this.trigger = trigger;
    this.show = show; // told whether an answer is awaited
    this.foresee = foresee; // paints the screen that a tick leads to, if it is there, and collects the tick
    this.mount = crypto.getRandomValues(new Uint32Array(4)).join("-").slice(0, 40);
    this.number = 0; // of the newest event
    this.sent = 0; // of the newest event that left
    this.seen = 0; // of the newest event there was when a message last left
    this.acknowledged = 0; // of the newest event that Python took
    this.noted = 0; // of the newest event that the address knows
    this.events = []; // those that Python has not acknowledged; all are sent again with the next
    this.values = new Map(); // control -> number of the event with its newest value, until that is acknowledged
    this.tries = 0;
    this.busy = false;
    this.dropped = false; // whether something was pressed or typed that is never done
  }

  /** Report something the user did; without a server it is dropped, but for what the page itself owes. */
  send(panel, ref) {
    if (panel !== "tick" && panel !== "address" && !online()) {
      this.dropped = true;
      return;
    }
    this.events.push({ n: ++this.number, panel, ref: String(ref) });
    this.saw?.(panel, String(ref));
    this.flush();
  }

  /** Report a step that is painted already: it leaves with others. */
  collect(panel, ref) {
    this.events.push({ n: ++this.number, panel, ref: String(ref) });
    this.flushLater();
  }

  /** Whether everything that Python has not taken is this key, or the tick of a play. */
  onlyNew(move) {
    return this.events.every(({ panel, ref }) => (panel === "keys" ? ref : panel) === move);
  }

  /** Report the value of a control; it takes the place of an older one that Python has not taken. */
  sendValue(panel, value) {
    if (panel !== "address" && !online()) return this.send(panel, value);
    this.events = this.events.filter(({ n }) => n !== this.values.get(panel));
    this.values.set(panel, this.number + 1);
    this.send(panel, value);
  }

  /** Whether nothing is owed: every event is taken and answered, and no tick is to come. */
  get idle() {
    return !this.busy && !this.events.length && this.waiting === undefined;
  }

  /** Whether something waits for its answer. */
  get owes() {
    return this.busy || this.events.length > 0;
  }

  /** Whether the control holds a value that no message can know of yet: what a message says of it is then older. */
  holds(panel) {
    return this.values.has(panel);
  }

  /** Whether Python has not taken all that was done to the panel. */
  awaits(name) {
    return this.events.some(({ panel }) => panel === name);
  }

  flush() {
    clearTimeout(this.collecting);
    this.collecting = undefined;
    if (this.busy || this.sent === this.number) return;
    this.tries = 0;
    this.dispatch();
  }

  flushLater() {
    const rest = (this.dispatched ?? -Infinity) + TOGETHER - performance.now();
    if (rest <= 0) this.flush();
    else this.collecting ??= setTimeout(() => this.flush(), rest);
  }

  dispatch() {
    const events = this.events.slice(0, LISTED);
    if (!events.length || !online()) return; // all taken, and the answer is yet to be painted; or see resume
    this.await(true);
    [this.sent, this.seen] = [events.at(-1)?.n ?? this.sent, this.number]; // asked again for an answer, none may be left
    this.watch();
    this.dispatched = performance.now();
    this.trigger({ mount: this.mount, session: this.session, events });
  }

  /** The connection is back: what the old one may have swallowed is sent at once, never with a later press. */
  resume() {
    this.tries = 0;
    this.dispatch();
  }

  watch() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (document.querySelector("[data-test-script-state='running']")) return this.watch();
      this.await(false);
      if (this.seen !== this.number) this.flush();
      else if (this.tries++ < TRIES) this.dispatch();
    }, PATIENCE * 2 ** this.tries);
  }

  await(busy) {
    this.busy = busy;
    this.show(busy);
  }

  /** A message came: forget what it acknowledges. */
  answered({ session, ack: [mount, last] }) {
    // Another session, after a restart of the server: what the old one never took was done under another screen.
    if (this.session !== undefined && session !== this.session) this.restart();
    this.session = session;
    if (mount === this.mount) this.take(last);
  }

  take(last) {
    this.acknowledged = Math.max(this.acknowledged, last);
    this.events = this.events.filter(({ n }) => n > last);
    for (const [panel, n] of this.values) if (n <= last) this.values.delete(panel);
  }

  /** An answer is on the screen, or what comes after it. */
  settled() {
    if (this.busy && this.acknowledged >= this.sent) {
      this.await(false);
      clearTimeout(this.timer);
    }
    if (this.collecting === undefined) this.flush();
  }

  /** That message is on the screen: the tick that it asks for is the one to come, if any. */
  painted(tick) {
    this.settled();
    if (tick && tick.number !== this.waiting && tick.number !== this.ticked) this.startTick(tick);
  }

  startTick(tick) {
    const { number, after } = tick, due = (this.tickedAt ?? -Infinity) + after;
    const count = () => ([this.ticked, this.tickedAt] = [number, performance.now()]);
    if (due <= performance.now() && this.foresee(tick)) return count(); // the frame before is on the screen just now
    this.waiting = number;
    this.ticker = setTimeout(() => requestAnimationFrame(() => {
      if (this.waiting !== number) return;
      this.waiting = undefined;
      if (!this.foresee(tick)) {
        if (this.busy) return; // what is under way brings a new message, which may ask again
        this.send("tick", number);
      }
      count();
    }), Math.max(0, due - performance.now()));
  }

  /** Stop a tick that is not this message's. */
  follow({ tick }) {
    if (tick?.number !== this.waiting) this.stopTick();
  }

  /** The server lost the session: what the old one never took is void, the new one refuses it too, and nothing is under way. */
  restart() {
    this.dropped ||= this.events.some(({ n, panel }) => n > this.noted && panel !== "tick" && panel !== "address");
    clearTimeout(this.timer);
    clearTimeout(this.collecting);
    this.take(this.number);
    this.sent = this.number;
    this.ticked = undefined; // the new session counts from the start
    this.await(false);
  }

  stopTick() {
    clearTimeout(this.ticker);
    this.waiting = undefined;
  }

  end() {
    this.stopTick();
    clearTimeout(this.timer);
    clearTimeout(this.collecting);
    this.trigger = () => {};
  }
}
