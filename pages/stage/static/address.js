// The address bar follows the screen, without an entry in the history for every step.
//
// What Streamlit 1.67 does with it: the page keeps the query string it was opened with and sends that one along with every
// run, unless it was empty; it does not look at the bar again, and replaceState raises no event, so nothing reruns and
// st.query_params stays as it was at the start. Changing page drops the query string. A reload sends the bar's own.
// Only a server that lost the session (a restart under an open page) would be told the old string: it gets the newer
// one as an event.

const RESERVED = ["embed", "embed_options"]; // Streamlit's own
const PAUSE = 350; // ms; browsers refuse more than about 100 changes in 30 s

export class Address {
  constructor(outbox) {
    this.outbox = outbox;
    this.at = -Infinity;
  }

  /** Show this message's address; false if the message comes from a session that does not know where the page was. */
  show({ session, address }) {
    const lost = this.session !== undefined && session !== this.session;
    this.session = session;
    if (address == null) return true;
    if (lost && this.shown !== undefined && this.shown !== address) {
      this.cancel();
      this.outbox.restart();
      this.outbox.send("address", this.shown);
      return false;
    }
    this.shown = address;
    this.cancel();
    this.timer = setTimeout(() => this.write(), Math.max(0, this.at + PAUSE - performance.now()));
    return true;
  }

  write() {
    const kept = new URLSearchParams(location.search);
    const own = RESERVED.flatMap((name) => kept.getAll(name).map((value) => new URLSearchParams({ [name]: value })));
    const query = [this.shown, ...own].filter(String).join("&");
    if (query === location.search.slice(1)) return;
    this.at = performance.now();
    const url = location.pathname + (query && `?${query}`) + location.hash;
    try {
      history.replaceState(history.state, "", url);
    } catch {
      // refused for once; the next step tries again
    }
  }

  cancel() {
    clearTimeout(this.timer);
  }

  end() {
    this.cancel();
  }
}
