// The connection: what the visitor is told while the server is slow or gone, and the question whether it still lives.
//
// Streamlit's page says of itself whether it is connected, and connects again by itself; but a line that hangs, as after
// a laptop's sleep, looks alive to a browser for minutes. Streamlit 1.67 answers a question of its page's owner: without
// an answer in time it gives the connection up and makes another. pages/serving.py makes this page its own owner.

import { div } from "./nodes.js";

const SLOW = 1000; // ms after which what waits for an answer says so
const SILENT = 5000; // ms without an answer after which the question is asked
const TOO_LONG = 10_000; // ms in which it must be answered
const WATCH = 5000; // ms; a watch that comes much later than that was asleep
const READ = 8000; // ms for which it stands that something was lost

const app = () => document.querySelector("[data-test-connection-state]");

/** Whether there is a server to send to; Streamlit says so on its page. */
export function online() {
  return !app() || app().dataset.testConnectionState === "CONNECTED";
}

/** Ask Streamlit for a run of the script. */
export function rerun() {
  window.postMessage({ stCommVersion: 1, type: "RERUN_SCRIPT" }, location.origin);
}

export class Connection {
  constructor(root, outbox) {
    [this.root, this.outbox, this.words, this.up] = [root, outbox, {}, true];
    this.node = div("stage-said");
    this.node.role = "status";
    root.append(this.node);
    this.app = new MutationObserver(() => this.look());
    this.app.observe(document.body, { subtree: true, attributeFilter: ["data-test-connection-state"] });
    this.woken = () => document.hidden || this.ask();
    window.addEventListener("online", this.woken);
    document.addEventListener("visibilitychange", this.woken);
    this.watched = Date.now();
    this.watch = setInterval(() => {
      const slept = Date.now() - this.watched > 3 * WATCH;
      this.watched = Date.now();
      if (slept) this.woken();
    }, WATCH);
    this.look();
  }

  /** The connection may have gone or come back. */
  look() {
    const up = online();
    if (up === this.up) return;
    this.up = up;
    this.root.toggleAttribute("data-offline", !up);
    if (up) this.back();
    this.show();
  }

  /** Another server may be there, which knows nothing of this page: Streamlit asks it for a run only after a step. */
  back() {
    rerun();
    setTimeout(() => this.outbox.resume()); // what waits comes after that
  }

  /** Whether an answer is owed may have changed; from the first moment of it on, time runs. */
  owed() {
    if (!this.outbox.owes) {
      clearTimeout(this.timer);
      this.timer = this.slow = undefined;
    } else if (this.timer === undefined) {
      this.timer = setTimeout(() => {
        this.slow = true;
        this.show();
        this.timer = setTimeout(() => this.silent(), SILENT - SLOW);
      }, SLOW);
    }
    this.show();
  }

  silent() {
    this.ask();
    this.timer = setTimeout(() => this.silent(), TOO_LONG + SILENT); // a question asked sooner would take the last one's place
  }

  /** Ask whether the connection lives. */
  ask() {
    if (!app() || !online()) return; // without Streamlit's page nobody answers
    const question = { stCommVersion: 1, type: "SEND_APP_HEARTBEAT", ackTimeoutMilliseconds: TOO_LONG };
    window.postMessage(question, location.origin);
  }

  show() {
    const dropped = this.up && this.outbox.dropped; // said when the connection is back
    const what = !this.up ? "lost" : dropped ? "dropped" : this.slow ? "waiting" : "";
    if (what === this.what) return;
    this.what = what;
    this.root.dataset.said = what;
    this.node.textContent = this.words[what] ?? "";
    if (!dropped) return;
    clearTimeout(this.read);
    this.read = setTimeout(() => {
      this.outbox.dropped = false;
      this.show();
    }, READ);
  }

  end() {
    this.app.disconnect();
    clearInterval(this.watch);
    clearTimeout(this.timer);
    clearTimeout(this.read);
    window.removeEventListener("online", this.woken);
    document.removeEventListener("visibilitychange", this.woken);
  }
}
