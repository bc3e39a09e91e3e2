// A figure as a picture to take away: SVG with its own letters in it, and PNG, in the size of the screen, a slide or a page.

import { pixels } from "./tiles.js";

const SLIDE = { width: 1920, height: 1080, wish: 1920 / 1024, density: 1 };
const [PAGE, MILLIMETRES] = [643, 170]; // px of 96 to the inch: the text of an A4 page is so wide
const PRINT = 300 / 96; // pixels of a printer to each
const [LOWEST, HIGHEST] = [0.4, 1.2]; // of a figure on a page, by its width
const TILE = { side: 96, apart: 8, title: 22 };

/** The frame for one of the sizes "seen", "slide" and "page". */
export function frameOf(size, room) {
  if (size === "slide") return SLIDE;
  if (size === "seen") return { ...room, density: Math.max(2, devicePixelRatio) };
  const shape = Math.min(HIGHEST, Math.max(LOWEST, room.height / room.width));
  return { width: PAGE, height: Math.round(PAGE * shape), wish: 1, density: PRINT, millimetres: MILLIMETRES };
}

/** The SVG of a plot: `{ text, width, height }`. */
export async function svgOfPlot(panel, figure, frame, { ground, title, says }) {
  const drawn = await panel.svg(figure, frame, ground);
  const tree = new DOMParser().parseFromString(drawn.text, "image/svg+xml"), root = tree.documentElement;
  return { ...drawn, text: await finished(root, frame, { title, says }) };
}

/** The SVG of rows of tiles. */
export async function svgOfTiles({ rows, palette }, frame, { ground, ink, title, says }) {
  const { side, apart, title: head } = TILE, canvas = document.createElement("canvas");
  const width = Math.max(...rows.map(({ tiles }) => tiles.length)) * (side + apart) + apart;
  const height = rows.length * (head + side + apart) + apart, root = node("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
  root.append(node("rect", { width, height, fill: ground }));
  rows.forEach((row, i) => {
    const y = apart + i * (head + side + apart);
    const text = node("text", { x: apart, y: y + 15, fill: ink, "font-size": 14, "font-family": '"Source Sans", sans-serif' });
    text.textContent = row.title;
    root.append(text);
    row.tiles.forEach((tile, j) => {
      pixels(canvas, tile, palette);
      const [x, at] = [apart + j * (side + apart), y + head];
      root.append(node("image", { x, y: at, width: side, height: side, href: canvas.toDataURL(), style: "image-rendering: pixelated" }));
      if (tile.marked) root.append(node("rect", { x, y: at, width: side, height: side, fill: "none", stroke: ink, "stroke-width": 3 }));
    });
  });
  const larger = frame.millimetres ? PAGE / width : Math.min(frame.width / width, frame.height / height);
  const size = { width: Math.round(width * larger), height: Math.round(height * larger) };
  for (const [name, value] of Object.entries(size)) root.setAttribute(name, value);
  return { ...size, text: await finished(root, { ...frame, ...size }, { title, says }) };
}

/** A PNG of an SVG, with so many pixels to each of its own. */
export async function png({ text, width, height }, density) {
  const image = new Image(), url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    Object.assign(image, { width, height, src: url });
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(width * density), Math.round(height * density)];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png"));
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** With its name and what it says for a screen reader, its size on paper, and the letters that it is written in. */
async function finished(root, { width, height, millimetres }, { title, says }) {
  root.setAttribute("role", "img");
  root.prepend(...[["title", title], ["desc", says]].map(([name, text]) => Object.assign(node(name), { textContent: text })));
  const face = await letters(root.outerHTML);
  if (face) root.prepend(Object.assign(node("style"), { textContent: face }));
  if (millimetres) {
    const own = root.getAttribute("width") / width; // a picture that must scroll is wider than its frame
    root.setAttribute("height", `${((millimetres * own * root.getAttribute("height")) / root.getAttribute("width")).toFixed(2)}mm`);
    root.setAttribute("width", `${(millimetres * own).toFixed(2)}mm`);
  }
  return new XMLSerializer().serializeToString(root);
}

function node(name, attributes = {}) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

let known; // the page's own faces, by family

/** The faces of this page's own fonts that the picture is written in: outside of it nobody has them. */
async function letters(text) {
  known ??= facesOf(document);
  const wanted = known.filter(({ family, slanted }) => text.includes(family) && (!slanted || /font-style: italic|<i>/.test(text)));
  return (await Promise.all(wanted.map((face) => (face.css ??= embedded(face))))).join("\n");
}

function facesOf({ styleSheets }) {
  const found = [];
  for (const sheet of styleSheets) {
    let rules = [];
    try {
      rules = [...sheet.cssRules];
    } catch {
      // a sheet of another site
    }
    for (const { style } of rules.filter((rule) => rule instanceof CSSFontFaceRule)) {
      const family = style.getPropertyValue("font-family").replace(/["']/g, ""), source = style.getPropertyValue("src");
      const url = /url\(["']?([^"')]+)/.exec(source)?.[1];
      if (!url || family.startsWith("KaTeX") || /Code|Material|Serif/.test(family)) continue;
      const weight = style.getPropertyValue("font-weight") || "400", slanted = style.getPropertyValue("font-style") === "italic";
      found.push({ family, weight, slanted, url: new URL(url, sheet.href ?? document.baseURI) });
    }
  }
  return found;
}

async function embedded({ family, weight, slanted, url }) {
  try {
    const blob = await (await fetch(url)).blob();
    const data = await new Promise((done, failed) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.onerror = failed;
      reader.readAsDataURL(new Blob([blob], { type: "font/woff2" }));
    });
    return `@font-face { font-family: "${family}"; font-weight: ${weight}; font-style: ${slanted ? "italic" : "normal"}; src: url(${data}) format("woff2"); }`;
  } catch {
    return ""; // then it is written in letters like them
  }
}
