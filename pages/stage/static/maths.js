// Maths: KaTeX with nothing trusted but data-ref and classes, and its output kept by source, so that a line is set once.

import "./katex/katex.min.js";
import { withCodes } from "./codes.js";

const KEPT = 500;
// What stands before a function with its argument: no place for a line to break.
const APPLIED = /=(?= ?(?:f|\\sigma)'?(?:\\bigl)?\()/g;
// The last dot of a term of numbers: its line breaks before the next sign instead.
const NUMBER = String.raw`\(?\\htmlData\{[^{}]*\}\{[^{}]*\}\)?`;
const IN_TERM = new RegExp(String.raw`${NUMBER} \\cdot (?=${NUMBER}(?: [+-] |\)|$))`, "g");
const lines = new Map(); // source -> node; the oldest first

const OPTIONS = {
  output: "htmlAndMathml",
  strict: false,
  throwOnError: true,
  errorColor: "inherit", // of a command that is not trusted: its name is shown
  maxSize: 20,
  maxExpand: 500,
  trust: (context) =>
    (context.command === "\\htmlData" && Object.keys(context.attributes).join() === "data-ref")
    || (context.command === "\\htmlClass" && /^[a-z][a-z -]*$/.test(context.class)),
};

/** A new node with this maths; its source in monospace if KaTeX does not understand it. */
export const maths = (source, displayMode = false) => kept(source, displayMode).cloneNode(true);

/** Make a node that `maths` gave show other maths, if nothing but texts and attributes differ; whether it does now. */
export function patched(node, source, displayMode = false) {
  const wanted = kept(source, displayMode);
  if (!alike(node, wanted)) return false;
  patch(node, wanted);
  return true;
}

function alike(node, wanted) {
  const [parts, others] = [node.childNodes, wanted.childNodes];
  return node.nodeName === wanted.nodeName && parts.length === others.length
    && [...parts].every((part, i) => alike(part, others[i]));
}

function patch(node, wanted) {
  if (node.nodeType === Node.TEXT_NODE) {
    if (node.data !== wanted.data) node.data = wanted.data;
    return;
  }
  for (const { name } of [...node.attributes]) if (!wanted.hasAttribute(name)) node.removeAttribute(name);
  for (const { name, value } of wanted.attributes) {
    if (node.getAttribute(name) === value) continue;
    if (name === "style") node.style.cssText = value; // the policy of the page allows no such attribute
    else node.setAttribute(name, value);
  }
  wanted.childNodes.forEach((part, i) => patch(node.childNodes[i], part));
}

function kept(source, displayMode) {
  const key = (displayMode ? "d" : "i") + source;
  let node = lines.get(key);
  lines.delete(key);
  if (!node) node = set(source, displayMode);
  lines.set(key, node);
  if (lines.size > KEPT) lines.delete(lines.keys().next().value);
  return node;
}

function set(source, displayMode) {
  const node = document.createElement("span");
  try {
    window.katex.render(source.replace(APPLIED, "$& \\nobreak ").replace(IN_TERM, "$&\\nobreak "), node, { ...OPTIONS, displayMode });
  } catch {
    const code = document.createElement("code");
    code.className = "stage-source";
    code.textContent = source;
    node.replaceChildren(code);
    return node;
  }
  node.querySelectorAll("[class*='tone-']").forEach((part) => {
    const tone = [...part.classList].find((name) => name.startsWith("tone-"));
    part.style.color = `var(--stage-${tone.slice(5)})`;
  });
  const numbers = node.querySelectorAll(".katex-html [data-ref]");
  for (const number of numbers) {
    number.setAttribute("role", "button");
    number.tabIndex = 0;
  }
  // KaTeX hides its drawing from screen readers, which read the MathML. The numbers in it are buttons and stay readable.
  if (numbers.length) {
    node.querySelectorAll(".katex-html").forEach((drawing) => {
      drawing.classList.add("stage-numbers");
      showOnlyNumbers(drawing);
    });
  }
  return node;
}

function showOnlyNumbers(node) {
  if (node.matches("[data-ref]")) return;
  if (node.querySelector("[data-ref]")) {
    node.removeAttribute("aria-hidden");
    [...node.children].forEach(showOnlyNumbers);
  } else {
    node.setAttribute("aria-hidden", "true");
  }
}

/** What a screen reader calls this text. */
export function spoken(text) {
  return text.replace(/\\\((.*?)\\\)/gs, (_, part) => {
    const node = maths(part);
    return (node.querySelector("semantics > :first-child") ?? node).textContent;
  });
}

/** Plain text with maths between \( and \), written only if it changed; codes of formulas as links if ``coded``. */
export function setText(node, text = "", coded = false) {
  if (node.stageText === text) return;
  node.stageText = text;
  const plain = coded ? withCodes : (part) => [part];
  if (!text.includes("\\(")) return write(node, plain(text));
  node.replaceChildren(...text.split(/\\\((.*?)\\\)/s).flatMap((part, i) => (i % 2 ? [maths(part)] : plain(part))));
}

/** A text alone is written into the node that holds the last one: the browser then makes no box anew. */
function write(node, parts) {
  const [part] = parts, only = node.firstChild;
  if (parts.length === 1 && typeof part === "string" && only?.nodeType === Node.TEXT_NODE && !only.nextSibling) only.data = part;
  else node.replaceChildren(...parts);
}
