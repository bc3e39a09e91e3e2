// The numbers that a table or a figure shows, as rows: every double whole, as it came; what is covered is not among them,
// and of what is only drawn, such as a boundary, the places are as fine as the drawing.

import { unset } from "./unset.js";

const NUMBER = /^[-+]?(\d+\.?\d*(e[-+]?\d+)?|inf|nan)$/i; // as Python writes doubles
const SERIES = 3; // points from which a line without words is a curve

/** The rows of a panel, the first its heads; none where it has no numbers. `words` are the heads of a figure's. */
export function rowsOf(spec, words) {
  const rows = spec.kind === "table" ? ofTable(spec) : spec.kind === "plot" ? ofFigure(JSON.parse(spec.figure), words) : [];
  return rows.length > 1 ? rows : [];
}

/** A CSV file: commas, and a mark at its beginning by which spreadsheets know Unicode. */
export const csv = (rows) => "\ufeff" + rows.map((row) => row.map(quoted).join(",") + "\r\n").join("");

/** A text that a spreadsheet would take for a formula gets a quote before it: names may come out of an address. */
function quoted(value) {
  let text = Object.is(value, -0) ? "-0.0" : String(value ?? "");
  if (typeof value !== "number" && /^[=+\-@\t\r]/.test(text) && !NUMBER.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function ofTable({ columns, rows = [] }) {
  const heads = columns.map(({ label = "" }) => unset(label));
  return [heads, ...rows.map(({ cells }) => cells.map(ofCell))];
}

function ofCell({ text = "", full = "", exact = full, typed }) {
  const every = typed ? [] : exact.split(/[,;] /); // of a vector or a matrix, of which a cell shows the first
  if (every.every((one) => NUMBER.test(one)) && every.length) return every.length > 1 ? `(${exact})` : exact;
  const said = unset(text).replaceAll("\u2007", " ").trim(), number = said.replaceAll("\u2212", "-");
  return NUMBER.test(number) ? number : said;
}

/**
 * A figure with axes has its points; of a picture, whose places mean nothing, what it says of each of its parts. Where
 * the heights are rows, which ``layout.meta.rows`` says, each has the name that stands at its tick.
 */
function ofFigure({ data, layout }, words) {
  if (layout.scene) return []; // heights there are rounded for the drawing
  if (layout.xaxis?.visible === false || data.some(({ type }) => type === "heatmap")) {
    return [[words.what, words.number], ...data.flatMap(said)];
  }
  const told = data.some(({ hovertext }) => hovertext);
  const { tickvals = [], ticktext } = layout.meta?.rows ? layout.yaxis : {};
  const names = new Map(tickvals.map((at, k) => [at, plain(ticktext[k])]));
  const untitled = ["x", names.size ? words.what : "y"];
  const [x, y] = [layout.xaxis, layout.yaxis].map((axis, k) => plain(axis?.title?.text ?? "") || untitled[k]);
  const rows = data.filter(isSeries).flatMap((trace, k) => points(trace).map(([across, up, says]) => [
    plain(trace.name ?? "") || k + 1, across, names.get(up) ?? up, ...(told ? [says] : []),
  ]));
  return [[words.series, x, y, ...(told ? [words.says] : [])], ...rows];
}

/** The heights of a sheet are rounded for the drawing too: it is none. */
const isSeries = ({ z, hovertext, mode = "", x = [] }) =>
  !z && (hovertext || (mode.includes("lines") && x.length >= SERIES));

/** A trace that is drawn beside its places says in ``meta.places`` where it belongs. */
function points({ x = [], y = [], hovertext, meta }) {
  const [across, up] = meta?.places ?? [x, y];
  return up.flatMap((high, k) => (high == null && across[k] == null ? [] : [[across[k], high, plain(textOf(hovertext, k))]]));
}

const textOf = (texts, k) => (Array.isArray(texts) ? texts[k] ?? "" : texts ?? "");

/** Of each line that a pointer reads, its name and its number. */
function said({ hovertext }) {
  const texts = Array.isArray(hovertext) ? hovertext.flat() : [];
  return texts.filter(Boolean).flatMap((text) => text.split("<br>")).map((line) => {
    const [, name, number] = /^(?:(.*)(?: = |: |：))?(\S+)$/.exec(plain(line)) ?? [];
    return NUMBER.test(number ?? "") ? [name ?? "", number] : [plain(line), ""];
  });
}

/** A figure's text without its tags, in one line. */
const plain = (text) => text.replaceAll("<br>", "; ").replace(/<[^>]*>/g, "").trim()
  .replaceAll(/&lt;|&gt;|&amp;/g, (sign) => ({ "&lt;": "<", "&gt;": ">", "&amp;": "&" })[sign]);
