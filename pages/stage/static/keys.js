// Keys: pressed anywhere on the page, they step; they rest where somebody types, chooses or reads a dialog. A button of the
// same name does what its key does, by the same way: Streamlit makes one press of two that come while a script runs.

const FIELDS = [
  "input:not([type=checkbox])", "textarea", "select", "canvas", "[contenteditable]:not([contenteditable=false])",
  ...["slider", "combobox", "listbox", "grid", "spinbutton", "radiogroup", "menu", "menubar", "tablist", "tree", "textbox"]
    .map((role) => `[role=${role}]`),
].join(",");
export const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }; // rows down and columns across
export const PRESSES = new Set(["Enter", " "]); // keys that press what has the focus
const PRESSABLE = "a[href], button, summary, input, [role=button], [role=link], [role=checkbox], [role=switch]";

export class KeyListener {
  /** `press` is told of a press of a key or of its button, `hold` of each repetition of a key, `release` of its end. */
  constructor({ press, hold, release }) {
    this.map = {};
    const to = (target, name, listener, ...how) => {
      target.addEventListener(name, listener, ...how);
      return () => target.removeEventListener(name, listener, ...how);
    };
    this.listeners = [
      to(window, "keydown", (event) => this.pressed(event, event.repeat ? hold : press)),
      to(window, "keyup", (event) => Object.hasOwn(this.map, nameOf(event)) && release()),
      to(window, "blur", release),
      to(document, "click", (event) => this.clicked(event, press), true), // before Streamlit's own listener
    ];
  }

  clicked(event, press) {
    const pressed = (ref) => event.target.closest?.(`.st-key-${ref} button:not(:disabled)`);
    const ref = Object.values(this.map).find(pressed);
    if (!ref) return;
    event.preventDefault();
    event.stopPropagation();
    press(ref);
  }

  pressed(event, press) {
    const key = nameOf(event);
    if (!Object.hasOwn(this.map, key) || rests(event, key.startsWith("Shift+"))) return;
    event.preventDefault();
    press(this.map[key]);
  }

  end() {
    for (const remove of this.listeners) remove();
  }
}

// A letter counts in either case, and a sign as it is written; with another key, Shift makes another name.
const nameOf = ({ key, shiftKey }) => (key?.length === 1 ? key.toLowerCase() : shiftKey ? `Shift+${key}` : key);

/** Whether a key belongs to an input method: of the Enter that ends a composition Safari says so by its code alone. */
export const composes = ({ isComposing, keyCode }) => isComposing || keyCode === 229;

/** Whether somebody types, chooses, or reads a dialog. */
export function rests(event, shifted = false) {
  if (event.defaultPrevented || composes(event) || event.ctrlKey || event.altKey || event.metaKey) return true;
  if (!shifted && event.shiftKey && event.key.length > 1) return true;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest(FIELDS)) return true;
  if (PRESSES.has(event.key) && target.closest(PRESSABLE)) return true;
  return dialogs().some((node) => node.getClientRects().length > 0);
}

const native = document.getElementsByTagName("dialog"); // the browser keeps it up to date

/** Every dialog; Streamlit's stand beside its root, in which a key that is held would have to look through everything. */
function dialogs() {
  const others = [...document.body.children].filter((node) => node.id !== "root");
  const named = others.flatMap((node) => [...(node.matches("[role=dialog]") ? [node] : []), ...node.querySelectorAll("[role=dialog]")]);
  return [...[...native].filter(({ open }) => open), ...named];
}
