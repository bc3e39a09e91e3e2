// What is done here in the browser, without the server: the list of keys as a dialog, and the way to the field "go to".

const FIELD = ".st-key-go_to_update input";

/** The refs of keys that never reach the server. */
export const LOCAL = {
  help: (stage) => list(stage, stage.message?.help),
  go_to: () => {
    const field = document.querySelector(FIELD);
    field?.focus();
    field?.select();
  },
};

function list(stage, words) {
  if (!words) return;
  const dialog = document.createElement("dialog"), title = document.createElement("h2");
  const keys = document.createElement("dl"), close = document.createElement("button");
  dialog.className = "stage-help";
  title.id = "stage-help-title";
  title.textContent = words.title;
  dialog.setAttribute("aria-labelledby", title.id);
  for (const [names, does] of words.keys) {
    const [term, said] = [document.createElement("dt"), document.createElement("dd")];
    for (const name of names) term.append(Object.assign(document.createElement("kbd"), { textContent: name }));
    said.textContent = does;
    keys.append(term, said);
  }
  const row = document.createElement("p");
  for (const [label, ref] of words.links ?? []) {
    const link = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    link.addEventListener("click", () => {
      dialog.close();
      stage.outbox.send(...ref.split("."));
    });
    row.append(link);
  }
  Object.assign(close, { type: "button", textContent: words.close });
  close.addEventListener("click", () => dialog.close());
  row.append(close);
  dialog.append(title, keys, row);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close()); // beside it
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "?") return;
    event.stopPropagation();
    dialog.close();
  });
  stage.root.append(dialog);
  dialog.showModal();
  close.focus();
}
