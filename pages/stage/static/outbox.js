// The outbox: events leave one message at a time, and the next only when the answer to the last is on the screen.

const PATIENCE = 1000; // ms after which an answer counts as lost, unless the script is still running
const QUEUE = 8; // distinct presses that wait, at most
const LISTED = 16; // events in one message, at most

export class Outbox {
  constructor(trigger, show = () => {}) {
    this.trigger = trigger;
    this.show = show; // told whether an answer is awaited
    this.mount = crypto.getRandomValues(new Uint32Array(4)).join("-").slice(0, 40);
    this.number = 0; // of the newest event
    this.sent = 0; // of the newest event that left
    this.acknowledged = 0; // of the newest event that Python took
    this.events = []; // those that Python has not acknowledged; all are sent again with the next
    this.busy = false;
  }

  /** Report something the user did. */
  send(panel, ref) {
    if (this.number - this.sent >= QUEUE) return;
    this.events.push({ n: ++this.number, panel, ref: String(ref) });
    this.flush();
  }

  /** Report a held key: only if nothing is under way, so that it settles as soon as it is released. */
  sendRepeat(panel, ref) {
    if (!this.busy) this.send(panel, ref);
  }

  flush() {
    if (this.busy || this.sent === this.number) return;
    this.await(true);
    this.sent = this.number;
    this.events = this.events.slice(-LISTED);
    this.watch();
    this.trigger({ mount: this.mount, events: this.events });
  }

  watch() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (document.querySelector("[data-test-script-state='running']")) return this.watch();
      this.await(false);
      this.flush();
    }, PATIENCE);
  }

  await(busy) {
    this.busy = busy;
    this.show(busy);
  }

  /** A message came: forget what it acknowledges, and stop the tick that an earlier message asked for. */
  answered([mount, last], tick) {
    if (mount === this.mount) {
      this.acknowledged = last;
      this.events = this.events.filter((event) => event.n > last);
    }
    if (tick?.number !== this.waiting) this.stopTick();
  }

  /** That message is on the screen. */
  painted(tick) {
    if (this.busy && this.acknowledged >= this.sent) {
      this.await(false);
      clearTimeout(this.timer);
    }
    this.flush();
    if (tick && !this.busy && tick.number !== this.waiting && tick.number !== this.ticked) this.startTick(tick);
  }

  startTick({ number, after }) {
    this.waiting = number;
    const rest = (this.tickedAt ?? -Infinity) + after - performance.now();
    this.ticker = setTimeout(() => requestAnimationFrame(() => {
      if (this.waiting !== number) return;
      this.waiting = undefined;
      if (this.busy) return; // what is under way brings a new message, which may ask again
      this.ticked = number;
      this.tickedAt = performance.now();
      this.send("tick", number);
    }), Math.max(0, rest));
  }

  /** The server lost the session: what it never took is void, and nothing is under way. */
  restart() {
    clearTimeout(this.timer);
    this.events = [];
    this.sent = this.number;
    this.await(false);
  }

  stopTick() {
    clearTimeout(this.ticker);
    this.waiting = undefined;
  }

  end() {
    this.stopTick();
    clearTimeout(this.timer);
    this.trigger = () => {};
  }
}
