// Codes of formulas: in a text each is a link, and it says its sentence when pointed at, reached by keyboard or pressed.
// A finger that is held on anything says what a pointer that rests there reads.

const CODE = /\b([A-Z][1-9]\d?)\b/g;
const [NEAR, EDGE] = [4, 8]; // px: from the link, from the window's edge
const HOLD = 450; // ms that a finger is held to read; a browser takes 500 for its own menu

let sentences = {}; // code -> sentence; a text may hold others, which are no codes of formulas
let [tip, shown] = [null, null];
let [holding, read] = [0, false]; // whether the finger that is down has read something: then it presses nothing

/** The codes of a paint and what they say. */
export function setCodes(found = {}) {
  sentences = found;
  if (shown && !shown.isConnected) hide();
}

/** A text as nodes: its codes as buttons, the rest as it is. */
export function withCodes(text) {
  return text.split(CODE).map((part, i) => (i % 2 && Object.hasOwn(sentences, part) ? link(part) : part));
}

/** What an element says when it is pointed at: a code's sentence, or words of its own. */
function saysOf(node) {
  return node.dataset.says || sentences[node.dataset.code] || node.title;
}

/** The code that a label begins with, if it is one. */
export function leadingCode(label) {
  const code = /^[A-Z][1-9]\d?\b/.exec(label)?.[0];
  return Object.hasOwn(sentences, code) ? code : "";
}

function link(code) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "stage-code";
  button.dataset.code = button.textContent = code;
  return button;
}

/** One listener and one tip for a whole stage. */
export function listenForCodes(root) {
  const sayer = (event) => event.target.closest?.("[data-code], [data-says]");
  root.addEventListener("pointerover", (event) => event.pointerType !== "touch" && turn(root, sayer(event)));
  root.addEventListener("pointerleave", ({ pointerType }) => pointerType !== "touch" && hide());
  root.addEventListener("pointerdown", (event) => {
    clearTimeout(holding);
    read = false;
    const node = event.pointerType === "touch" && event.target.closest?.("[data-code], [data-says], [title]:not([title=''])");
    if (node) holding = setTimeout(() => (read = turn(root, node)), HOLD);
  }, true);
  for (const name of ["pointerup", "pointercancel"]) root.addEventListener(name, () => clearTimeout(holding), true);
  for (const name of ["click", "contextmenu"]) {
    root.addEventListener(name, (event) => {
      if (!read) return;
      event.preventDefault();
      event.stopPropagation();
    }, true);
  }
  root.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && turn(root, sayer(event)));
  root.addEventListener("focusout", hide);
  root.addEventListener("click", (event) => {
    const node = event.target.closest(".stage-code");
    if (node) turn(root, node);
    else hide();
  });
}

// Once for all stages: one that ends leaves no listener behind.
document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
document.addEventListener("scroll", hide, { capture: true, passive: true });

/** Say what a node says, if it does, and nothing else; whether there was anything. */
function turn(root, node) {
  if (node === shown) return Boolean(node);
  hide();
  if (!node || !saysOf(node)) return false;
  if (!tip) {
    tip = document.createElement("div");
    tip.id = "stage-tip";
    tip.setAttribute("role", "tooltip");
    tip.popover = "manual"; // in the top layer: nothing around the stage can cut it off
  }
  root.append(tip);
  tip.showPopover?.();
  tip.textContent = saysOf(node);
  shown = node;
  node.setAttribute("aria-describedby", tip.id);
  const at = node.getBoundingClientRect(), { width, height } = tip.getBoundingClientRect();
  const below = at.bottom + NEAR + height <= innerHeight - EDGE;
  tip.style.left = `${Math.max(EDGE, Math.min(at.left, document.documentElement.clientWidth - width - EDGE))}px`;
  tip.style.top = `${below ? at.bottom + NEAR : at.top - NEAR - height}px`;
  return true;
}

function hide() {
  shown?.removeAttribute("aria-describedby");
  tip?.remove();
  shown = null;
}
