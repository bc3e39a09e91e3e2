// Streamlit's help texts stand where no control is, and go when their button is pressed or a dialog is left by Escape.

const TARGET = ".stTooltipHoverTarget";
const TIP = "[data-testid=stTooltipContent]";
const CONTROLS = "button, a[href], input, select, textarea, summary, [role=slider], [role=option], [role=button]";
const [NEAR, EDGE, STEP] = [6, 8, 6]; // px: from its target, from the window's edge, between two places that are tried
const SOON = 1200; // ms in which a help text has opened, or a closed dialog has given the focus back

let target, pressed, until, escaped = -Infinity;
document.documentElement.dataset.tips = ""; // from now on a help text is seen where it has been placed, and not before

function watch(node) {
  if (node !== pressed) pressed = undefined;
  if (!node) return;
  target = node;
  const idle = !(until > performance.now());
  until = performance.now() + SOON;
  if (idle) look();
}

function look() {
  for (const tip of document.querySelectorAll(TIP)) place(tip);
  if (performance.now() < until) requestAnimationFrame(look);
}

function place(tip) {
  if (target === pressed) return;
  const frame = tip.parentElement, { width, height } = tip.getBoundingClientRect(), at = target.getBoundingClientRect();
  const state = [at.left, at.top, width, height].map(Math.round).join();
  if (frame.dataset.placed === state) return;
  const [x, y] = freePlace(at, width, height);
  frame.style.setProperty("--tip-x", `${x}px`);
  frame.style.setProperty("--tip-y", `${y}px`);
  frame.dataset.placed = state;
}

/** The nearest place below or above the target that covers no control; where there is none, right below it. */
function freePlace(at, width, height) {
  const most = innerWidth - width - EDGE, controls = [...document.querySelectorAll(CONTROLS)]
    .map((node) => node.getBoundingClientRect()).filter((box) => box.width && box.height);
  const lefts = [at.left, at.right - width, at.left + (at.width - width) / 2, at.right + NEAR, at.left - width - NEAR]
    .map((x) => Math.max(EDGE, Math.min(x, most)));
  const free = (x, y) => y >= EDGE && y + height <= innerHeight - EDGE && controls.every((box) =>
    x + width <= box.left || x >= box.right || y + height <= box.top || y >= box.bottom);
  for (let away = NEAR; away < innerHeight; away += STEP) {
    for (const y of [at.bottom + away, at.top - away - height]) {
      for (const x of lefts) if (free(x, y)) return [x, y];
    }
  }
  return [lefts[0], at.bottom + NEAR];
}

document.addEventListener("pointerover", ({ target: node }) => watch(node.closest?.(TARGET)), true);
// Of a button that has been pressed the help text is out of sight until the pointer or the focus comes back.
document.addEventListener("click", ({ target: node }) => {
  const held = node.closest?.("button") && node.closest(TARGET);
  if (!held) return;
  pressed = held;
  for (const tip of document.querySelectorAll(TIP)) delete tip.parentElement.dataset.placed;
}, true);
document.addEventListener("focusin", ({ target: node }) => {
  const held = node.closest?.(TARGET);
  watch(held);
  // The button that opened the dialog has the focus again, and its help text opens with it.
  if (held && performance.now() - escaped < SOON) setTimeout(dismiss, 0);
}, true);
document.addEventListener("keydown", ({ key, isTrusted }) => {
  if (isTrusted && key === "Escape" && document.querySelector("[role=dialog]")) escaped = performance.now();
}, true);

/** Help texts listen for Escape on the document; what has the focus does not hear this one. */
function dismiss() {
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
}
