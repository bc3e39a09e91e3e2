// Presenter mode: nothing but the panels. What else is on the page lies over them while the pointer moves or a menu is open,
// and goes when it rests; a ring shows a class where the pointer is.

const RESTS = 2500; // ms after the last move
const MENUS = "[data-testid=stHeader], .st-key-corner, .st-key-transport";
const OPEN = "[data-testid=stPopoverBody], [role=dialog], [role=listbox], [role=tooltip], dialog[open]";
const presenting = new Set(); // stages: one page's ends after the next one's has begun
const page = document.documentElement;
let ring, timer;

/** Say whether a stage fills the window; whether it did not before, or no longer does. */
export function present(stage, on) {
  const before = stage.root.hasAttribute("data-present");
  fill(stage, Boolean(on));
  return before !== Boolean(on);
}

function fill(stage, on) {
  stage.root.toggleAttribute("data-present", on);
  if (on) presenting.add(stage);
  else presenting.delete(stage);
  const whole = presenting.size > 0;
  if (whole === page.hasAttribute("data-present")) return;
  page.toggleAttribute("data-present", whole);
  rest();
  if (whole) window.scrollTo(0, 0);
  else ring?.remove();
  ring = whole ? document.body.appendChild(document.createElement("div")) : undefined;
  if (!ring) return;
  ring.className = "stage-pointer";
  ring.ariaHidden = "true";
}

function rest() {
  clearTimeout(timer);
  page.removeAttribute("data-menus");
  ring?.removeAttribute("data-seen");
}

function later() {
  const held = document.querySelector(OPEN) || document.querySelector(MENUS.split(", ").map((one) => `${one}:hover`).join());
  if (held) timer = setTimeout(later, RESTS);
  else rest();
}

// A finger has no way of moving without pressing: its tap shows them too.
const moved = ({ clientX, clientY, pointerType }) => {
  if (!ring) return;
  page.setAttribute("data-menus", "");
  ring.toggleAttribute("data-seen", pointerType !== "touch");
  ring.style.transform = `translate(${clientX}px, ${clientY}px)`;
  clearTimeout(timer);
  timer = setTimeout(later, RESTS);
};
for (const name of ["pointermove", "pointerup"]) document.addEventListener(name, moved, true);
for (const [name, on] of [["pointerdown", true], ["pointerup", false], ["pointercancel", false]]) {
  document.addEventListener(name, () => ring?.toggleAttribute("data-pressed", on), true);
}
