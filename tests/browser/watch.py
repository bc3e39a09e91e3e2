"""Scripts that run in a page of Streamlit: what it owes, to know when it is at rest without waiting for quiet."""

from typing import Final

# Whether the server has yet to begin the run that a widget asked for: BackMsg.rerun_script is on its way until
# ForwardMsg.new_session, and session_status_changed, with which Streamlit's page takes over, have come. Asked for twice
# before the first run began, the server may begin one run or two: for a while after the first a second may come.
WATCH: Final = """
[window.asking, window.doubtUntil] = [false, 0];
let begun = false, twice = false;
const DOUBT = 700; // ms
const RERUN = 2;  // ForwardMsg.script_finished, early: st.rerun() has another run begin
const running = () => document.querySelector("[data-test-script-state=running]") !== null;
const fields = (bytes) => {  // the numbers of a protobuf message's fields, with the short ones' values
    const found = new Map();
    for (let at = 0; at < bytes.length;) {
        const number = () => {
            let value = 0, shift = 1;
            for (;; shift *= 128) {
                const byte = bytes[at++];
                value += (byte & 127) * shift;
                if (!(byte & 128)) return value;
            }
        };
        const tag = number(), value = number();
        found.set(Math.floor(tag / 8), value);
        if (tag % 8 === 2) at += value;
    }
    return found;
};
window.WebSocket = class extends WebSocket {
    constructor(...given) {
        super(...given);
        this.addEventListener("message", ({ data }) => {
            if (!(data instanceof ArrayBuffer)) return;
            const found = fields(new Uint8Array(data));
            if (found.get(6) === RERUN) [window.asking, begun] = [true, false];
            if (found.has(4)) {
                [begun, window.doubtUntil] = [true, twice ? Infinity : 0];
                twice = false;
            } else if (found.has(6) && window.doubtUntil === Infinity) window.doubtUntil = performance.now() + DOUBT;
            if (begun && (found.has(9) || running())) window.asking = false;
        });
        this.addEventListener("close", () => { [window.asking, window.doubtUntil, twice] = [false, 0, false]; });
    }
    send(data) {
        if (data[0] === (11 << 3 | 2)) {
            twice ||= window.asking && !begun;
            [window.asking, begun] = [true, false];
        }
        super.send(data);
    }
};
"""
# Streamlit's grey blocks fade in and out until what they stand for has come. Without a graphics card the processor
# paints each of those frames while the page's scripts wait for it: the longer an opening takes, the more of them.
STILL: Final = """
{
    const still = new CSSStyleSheet();
    still.replaceSync("[data-testid=stSkeleton], [data-testid=stAppSkeleton] * { animation: none !important }");
    document.adoptedStyleSheets.push(still);
}
"""
# Frames alone do not tell it: on a busy machine the browser paints some before it comes to what React has put off, and
# calls back when idle only after that.
AT_REST: Final = """([call, frames]) => {
    const owed = window.asking || performance.now() < window.doubtUntil
        || document.querySelector("[data-test-script-state=notRunning][data-test-connection-state=CONNECTED]") === null
        || [...document.querySelectorAll(".stage")].some((stage) => !stage.dataset.idle)
        || document.querySelector(".stage") === null;
    if (owed || window.calmFor !== call) [window.calmFor, window.calm, window.idleAt] = [call, 0, []];
    if (owed) return false;
    const idle = window.idleAt;
    if (window.calm++ % 2 === 0) requestIdleCallback(() => idle.push(window.calm));
    return window.calm > frames && idle.length > 1;
}"""
