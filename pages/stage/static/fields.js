// Fields give the keys back: Enter commits, Escape leaves the old value, and a list or slider is left when it is let go.

import { composes } from "./keys.js";
import { retype, settle } from "./typing.js";

const TYPED = "input:is([type=text], [type=number], :not([type])):not([role=combobox])";
const CHOSEN = "input[role=combobox], [role=combobox]";
const DRAWN = "[role=slider], input[type=range]";
const CLOSING = 60; // ms in which a list has closed
let before; // what the field with the focus showed before somebody typed
let left; // the field whose key is on its way through the page

document.addEventListener("focusin", () => (before = undefined), true);
window.addEventListener("beforeinput", ({ target }) => { // sooner than what changes it there
  if (target.matches?.(TYPED)) before ??= target.value;
}, true);

document.addEventListener("focusout", ({ target }) => {
  if (target.matches?.(TYPED)) settle(target, before); // before React takes it
}, true);

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (composes(event) || !["Enter", "Escape"].includes(key) || !target.matches) return;
  const asked = target.closest("[role=dialog]"); // a dialog or a menu keeps the focus and closes by itself
  if (target.matches(TYPED)) {
    if (key === "Enter") settle(target, before);
    if (key === "Escape") {
      retype(target, before);
      if (!asked) {
        event.stopPropagation(); // or a field that may be empty would be emptied
        queueMicrotask(() => target.blur()); // React's own, which takes the old value, comes before it
      }
    }
    before = undefined;
    if (!asked && key === "Enter") leave((left = target)); // what stops here would make the next key leave the field
  } else if (target.matches(CHOSEN) && !asked) leave(target, CLOSING);
}, true);

// At the end of its way React has taken the value; a timer would come after the next key of a quick hand.
window.addEventListener("keydown", ({ target }) => {
  if (target === left) target.blur();
  left = undefined;
});

document.addEventListener("pointerup", ({ target }) => {
  const held = document.activeElement;
  if (held?.matches(DRAWN)) leave(held);
  else if (held?.matches(CHOSEN) && target.closest?.("[role=option]")) leave(held, CLOSING);
}, true);

/** When whoever listens has taken the value; a field that was left meanwhile, and is come back to, keeps the focus. */
function leave(field, wait = 0) {
  let there = true;
  field.addEventListener("blur", () => (there = false), { once: true });
  setTimeout(() => {
    if (there && document.activeElement === field && field.ariaExpanded !== "true") field.blur();
  }, wait);
}
