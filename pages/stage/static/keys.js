// Keys: pressed anywhere on the page, they step; they rest where somebody types, chooses or reads a dialog.

const FIELDS = [
  "input:not([type=checkbox])", "textarea", "select", "canvas", "[contenteditable]:not([contenteditable=false])",
  ...["slider", "combobox", "listbox", "grid", "spinbutton", "radiogroup", "menu", "menubar", "tablist", "tree", "textbox"]
    .map((role) => `[role=${role}]`),
].join(",");
const PRESSABLE = "a[href], button, summary, input, [role=button], [role=link], [role=checkbox], [role=switch]";

export class KeyListener {
  constructor(outbox) {
    this.map = {};
    this.listener = (event) => this.pressed(event, outbox);
    window.addEventListener("keydown", this.listener);
  }

  pressed(event, outbox) {
    const key = event.key?.length === 1 ? event.key.toLowerCase() : event.key;
    if (!Object.hasOwn(this.map, key) || rests(event)) return;
    event.preventDefault();
    const ref = this.map[key];
    if (event.repeat) outbox.sendRepeat("keys", ref);
    else outbox.send("keys", ref);
  }

  end() {
    window.removeEventListener("keydown", this.listener);
  }
}

function rests(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return true;
  if (event.shiftKey && event.key.length > 1) return true;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest(FIELDS)) return true;
  if ((event.key === "Enter" || event.key === " ") && target.closest(PRESSABLE)) return true;
  return [...document.querySelectorAll("[role=dialog], dialog[open]")].some((node) => node.getClientRects().length > 0);
}
