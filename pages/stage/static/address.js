// The address bar follows the screen; a jump makes an entry in the history, a step does not; Back and Forward are told.
//
// What Streamlit 1.67 does with it: the page keeps the query string it was opened with and sends that one along with every
// run, unless it was empty; replaceState and pushState raise no event, so nothing reruns and st.query_params stays as it
// was. Changing page drops the query string. A reload sends the bar's own. Back and Forward run the script with the bar's
// own, but a run that something else asks for at the same time hides that, so the stage tells it in an event of its own;
// what leads to another page ends the stage, and is left to the script.
// A server that lost the session (a restart under an open page) would be told the old string: it gets the newer one.

export const LEAVE = "backstep-leave"; // the event of a page that is about to be loaded again
const RESERVED = ["embed", "embed_options"]; // Streamlit's own
const PAUSE = 350; // ms; browsers refuse more than about 100 changes in 30 s
const AGAIN = 1000; // ms after which a refused change is tried again

export class Address {
  constructor(outbox) {
    this.outbox = outbox;
    this.path = location.pathname; // of the page that this stage belongs to
    this.at = -Infinity;
    this.leap = false; // whether the next address makes an entry
    this.passing = false; // whether the session is to be told where this page was
    this.popped = () => this.gone();
    window.addEventListener("popstate", this.popped);
    this.left = () => this.shown !== undefined && this.write();
    window.addEventListener(LEAVE, this.left);
  }

  /** Whether a message is of a session that does not know where this page was; it is told, and passed over till then. */
  passes({ session, address }) {
    const lost = this.session !== undefined && session !== this.session;
    if (lost && address != null && this.shown !== undefined && this.shown !== address) {
      [this.session, this.jump, this.passing] = [session, undefined, true];
      this.tell(this.shown);
    }
    this.passing &&= this.outbox.holds("address");
    return this.passing;
  }

  /** Show this message's address. */
  show({ session, address, jump }) {
    const jumped = session === this.session && this.jump !== undefined && jump !== this.jump;
    [this.session, this.jump] = [session, jump];
    if (address == null || this.outbox.holds("address")) return; // until then the screen is not what the bar says
    if (jumped && this.shown !== undefined) this.write(); // the entry that is left shows what was last on the screen
    this.leap ||= jumped; // until the address is another: a long run begins where it leaves
    this.shown = address;
    if (this.leap) this.write();
    else this.writeIn(this.at + PAUSE - performance.now());
  }

  write() {
    this.cancel();
    if (location.pathname !== this.path) return; // the bar is another page's by now
    const kept = new URLSearchParams(location.search);
    const own = RESERVED.flatMap((name) => kept.getAll(name).map((value) => new URLSearchParams({ [name]: value })));
    const url = new URL(location.href);
    url.search = [this.shown, ...own].filter(String).join("&");
    if (url.href === location.href) return;
    this.at = performance.now();
    try {
      history[this.leap ? "pushState" : "replaceState"](history.state, "", url);
    } catch {
      // Firefox and Safari say that they refuse, Chromium does not
    }
    if (url.href === location.href) this.leap = false;
    else this.writeIn(AGAIN);
  }

  writeIn(milliseconds) {
    this.cancel();
    this.timer = setTimeout(() => this.write(), Math.max(0, milliseconds));
  }

  /** The browser has gone back or forward: what was still to be written belongs to the entry that it left. */
  gone() {
    this.cancel();
    const query = location.search.slice(1);
    if (location.pathname !== this.path || !query) return;
    this.leap = false;
    if (query !== this.shown || this.outbox.holds("address")) this.tell(query); // back and on again, before an answer
  }

  tell(query) {
    this.outbox.sendValue("address", query);
  }

  cancel() {
    clearTimeout(this.timer);
  }

  end() {
    this.cancel();
    window.removeEventListener("popstate", this.popped);
    window.removeEventListener(LEAVE, this.left);
  }
}
