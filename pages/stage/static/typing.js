// A field for numbers takes what is typed as it is meant, or says that it does not: a browser leaves out what it does
// not know, and 0,5 would be 5, 1/2 would be 12. What is left of a text counts only once somebody has looked at it.

const FIELD = "[data-testid=stNumberInput] input";
const SHOWN = 8000; // ms in which a sentence is read
const LONG = 24; // letters that it quotes
const sentence = Object.assign(document.createElement("div"), { className: "refused", role: "alert" });
sentence.popover = "manual"; // over everything, and the focus stays
let entry = {}; // of the newest text: how it comes, and what the browser has put in of it
let spoiled; // the field in which a sign of what was typed is missing, until something is taken out of it or it is left
let hiding;
let own = false; // whether a text is put in or taken out here: Safari announces that as if somebody typed

const isWhole = (field) => Number.isInteger(Number(field.step));
const fits = (field, text) => (isWhole(field) ? /^[-+0-9]*$/ : /^[-+.0-9eE]*$/).test(text);

/** Signs of other keyboards and of the screens as their plain twins; a comma is a point. */
const plain = (text) => text.trim().replace(/[！-～]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
  .replace(/[−–]/g, "-").replace(/[,。]/g, ".");

document.addEventListener("beforeinput", (event) => {
  const field = event.target, typed = event.data ?? event.dataTransfer?.getData("text/plain");
  if (own || !field.matches?.(FIELD)) return;
  if (!typed) return event.inputType.startsWith("delete") && forgive();
  if (field !== spoiled) hide();
  const { inputType, cancelable } = event, text = plain(typed), begun = (entry = { inputType });
  if (inputType === "insertCompositionText") return; // more is to come
  if (!cancelable || (text === typed && fits(field, text) && inputType === "insertText")) {
    setTimeout(() => mend(field, typed, begun));
    return;
  }
  event.preventDefault();
  if (fits(field, text)) put(field, text, typed);
  else refuse(field, typed);
}, true);

document.addEventListener("input", ({ target, data }) => {
  if (target.matches?.(FIELD)) entry.taken = data ?? "";
}, true);

document.addEventListener("compositionend", ({ target: field, data }) => {
  const begun = entry;
  if (field.matches?.(FIELD) && data) setTimeout(() => mend(field, data, begun));
}, true);

/** After the browser has put in what it knows of a text. */
function mend(field, typed, { taken = "" }) {
  const text = plain(typed);
  if (taken === text && fits(field, text)) return;
  remove(taken);
  if (text !== typed && fits(field, text)) put(field, text, typed);
  else refuse(field, typed);
}

/** As if it had been typed: such a field does not tell where its caret is. The browser may say only later what it took. */
function put(field, text, typed) {
  const begun = (entry = { inputType: entry.inputType });
  field.focus(); // it may have been dropped there
  command("insertText", text);
  setTimeout(() => {
    if (begun.taken === text) return;
    remove(begun.taken ?? "");
    refuse(field, typed);
  });
}

function remove(text) {
  for (const _ of text) command("delete");
}

function command(name, text) {
  own = true;
  document.execCommand(name, false, text);
  own = false;
}

function forgive() {
  spoiled = undefined;
  hide();
}

document.addEventListener("focusin", () => (spoiled = undefined), true);
document.addEventListener("pointerdown", hide, true);
document.addEventListener("scroll", () => sentence.isConnected && place(), true);
document.addEventListener("keydown", ({ key }) => key === "Escape" && forgive(), true);

/** As if a value had been typed: React knows of a change only by its event. */
export function retype(field, value) {
  if (value === undefined || (value === field.value && !field.validity.badInput)) return;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, value);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** A field that is left without a number, or with one out of its range, has the one before again. */
export function settle(field, before) {
  if (!field.matches(FIELD) || before === undefined) return;
  const { badInput, rangeUnderflow, rangeOverflow } = field.validity, { kept, outside } = document.documentElement.dataset;
  if (badInput || field === spoiled) say(field, kept);
  else if (rangeUnderflow || rangeOverflow) say(field, outside, field.min, field.max);
  else if (field.value.trim()) return hide();
  spoiled = undefined;
  retype(field, before);
}

function refuse(field, typed) {
  const { whole, number } = document.documentElement.dataset;
  if (!entry.inputType?.startsWith("insertFrom")) spoiled = field; // else nothing of it is there
  say(field, isWhole(field) ? whole : number, typed.trim().slice(0, LONG));
}

function say(field, words = "", ...values) {
  hide();
  field.closest("[data-testid=stNumberInput]").append(sentence);
  sentence.showPopover?.();
  sentence.textContent = values.reduce((said, value) => said.replace("@", () => value), words);
  place();
  hiding = setTimeout(hide, SHOWN);
}

function place() {
  const at = sentence.parentElement.querySelector("input").getBoundingClientRect();
  const { width, height } = sentence.getBoundingClientRect();
  sentence.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  sentence.style.top = `${at.bottom + height + 12 < innerHeight ? at.bottom + 6 : at.top - height - 6}px`;
}

function hide() {
  clearTimeout(hiding);
  sentence.remove();
  sentence.textContent = "";
}
