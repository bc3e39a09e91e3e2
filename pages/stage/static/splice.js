// In a frame of another page: how high this one wants to be, and for a learning platform the score and the state, by the
// messages of SPLICE (cssplice.org). Who may frame the page is the server's policy; what a platform sends is taken as hostile.

const PATIENCE = 2000; // ms in which a platform tells the state that it has kept; until then nothing is reported
const SOON = 300; // ms in which several changes are one report
const SHAPE = 9 / 16; // of a bare view: its panels fill whatever height they are given
const LEAST = 31; // rem: below this they scroll
const LONGEST = 15_000; // characters of a state
const inFrame = window.parent !== window;
const known = { asked: undefined, heard: false, first: undefined, said: undefined, height: undefined };
let newest, timer;

const post = (message) => window.parent.postMessage(message, "*"); // frame-ancestors has said whose page it may be
const unique = () => [...crypto.getRandomValues(new Uint32Array(2))].join("-");

/** The screen is painted: tell the page around it, if there is one. */
export function tell(stage) {
  if (!inFrame) return;
  newest = stage;
  resize();
  if (!stage.message?.report) return;
  ask();
  known.first ??= stateOf(stage.message);
  clearTimeout(timer);
  timer = setTimeout(report, SOON);
}

function ask() {
  if (known.asked) return;
  known.asked = unique();
  post({ subject: "SPLICE.getState", message_id: known.asked });
  setTimeout(() => {
    known.heard = true;
    report();
  }, PATIENCE);
}

window.addEventListener("message", ({ source, data }) => {
  if (!inFrame || source !== window.parent || data?.subject !== "SPLICE.getState.response" || known.restored) return;
  if (data.message_id !== undefined && data.message_id !== known.asked) return;
  known.restored = known.heard = true;
  const { page, query, kept, backstep } = data.state ?? {};
  const ours = backstep === 1 && [page, query, kept].every((text) => typeof text === "string");
  const text = JSON.stringify(ours ? { page, query, kept } : { page: "", query: "", kept: "" });
  if (text.length <= LONGEST) newest?.outbox.send("splice", text);
});

const stateOf = ({ report: { page, kept, score }, address }) => JSON.stringify([score, { backstep: 1, page, query: address ?? "", kept }]);

/** What has changed since the page was opened, and since it was told; nothing while the platform's own state is awaited. */
function report() {
  const { message, root, outbox } = newest ?? {};
  if (!known.heard || !message?.report || !root.isConnected || outbox.owes) return;
  const text = stateOf(message);
  if (text === (known.said ?? known.first)) return;
  known.said = text;
  const [score, state] = JSON.parse(text);
  post({ subject: "SPLICE.reportScoreAndState", message_id: unique(), score, state });
}

/** A bare view has the shape of a slide, or below each other what its panels need; a whole page is measured once a width. */
function resize() {
  const { root } = newest ?? {};
  if (!root?.isConnected) return;
  const bare = root.hasAttribute("data-present"), narrow = root.dataset.width === "narrow", whole = `${innerWidth} ${bare}`;
  if (!bare && known.whole === whole) return; // its panels grow with the frame, which would never end
  known.whole = whole;
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize), block = root.closest(".stMainBlockContainer") ?? root;
  const height = bare && !narrow ? Math.round(Math.max(innerWidth * SHAPE, LEAST * rem)) : Math.ceil(block.scrollHeight);
  if (height === known.height) return;
  known.height = height;
  post({ subject: "lti.frameResize", message_id: unique(), height });
}
if (inFrame) window.addEventListener("resize", () => requestAnimationFrame(resize));
