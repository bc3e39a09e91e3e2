// What panels are built of: boxes with a class, and buttons that report where they lead when they are pressed; and all of them.

export function div(name = "") {
  const node = document.createElement("div");
  node.className = name;
  return node;
}

/** Where a button leads; one that leads nowhere is there and cannot be pressed. */
export function leadTo(button, ref) {
  button.disabled = !ref;
  if (ref) button.dataset.ref = ref;
  else delete button.dataset.ref;
}

/** Every panel, those in groups too. */
export function* every(panels) {
  for (const panel of panels.values()) {
    yield panel;
    if (panel.panels) yield* every(panel.panels);
  }
}
