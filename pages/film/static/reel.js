// The reel: what the file holds, line by line, and from it any screen: each is told by what differs from another one.

const SPLIT = "~"; // begins a text that is told as its words and its numbers
const KEPT = 60; // screens

/** What a patch makes of a tree: see patches.py, which writes them. */
export function patched(old, patch) {
  if (patch === null || patch === undefined) return old;
  if (Array.isArray(patch)) return patch[0];
  if (Array.isArray(old)) return old.map((one, k) => patched(one, patch[k]));
  if (old === null || typeof old !== "object") return old;
  const made = {};
  for (const [name, one] of Object.entries(old)) if (patch[name] !== 0) made[name] = patched(one, patch[name]);
  for (const [name, one] of Object.entries(patch)) if (!(name in old) && Array.isArray(one)) made[name] = one[0];
  return made;
}

/** The tree with its texts whole, and colours of formulas by their values. */
function joined(tree, colours) {
  if (typeof tree === "string") return tree.replace(/\\textcolor\{@([\w-]+)\}/g, (_, name) => `\\textcolor{${colours[name]}}`);
  if (tree === null || typeof tree !== "object") return tree;
  if (!Array.isArray(tree)) {
    return Object.fromEntries(Object.entries(tree).map(([name, one]) => [name, joined(one, colours)]));
  }
  if (tree[0] !== SPLIT) return tree.map((one) => joined(one, colours));
  let at = 0;
  return joined(tree[1].replace(/\0/g, () => tree[2][at++]), colours);
}

export class Reel {
  /** Lines of JSON: first what holds for all, then screens and rows of formulas in their order. */
  constructor(text) {
    const [head, ...lines] = text.trimEnd().split("\n").map((line) => JSON.parse(line));
    this.head = head;
    this.shots = lines.filter(({ kind }) => kind === "shot");
    this.rows = lines.filter(({ kind }) => kind === "row");
    this.trees = new Map(); // "base.3", "zh.3": a tree, or a patch of one, as it stands at a screen
    this.kept = new Map();
  }

  get length() {
    return this.shots.length;
  }

  /** One layer of a screen or of a row; every layer is told by that of an earlier one. */
  layer(list, name, k) {
    const key = `${list}.${name}.${k}`;
    if (!this.trees.has(key)) {
      const steps = [];
      let at = k;
      while (at >= 0 && !this.trees.has(`${list}.${name}.${at}`)) {
        steps.push(at);
        at = this[list][at].from;
      }
      for (const one of steps.reverse()) {
        const { from, layers } = this[list][one];
        const old = from < 0 ? null : this.trees.get(`${list}.${name}.${from}`);
        this.trees.set(`${list}.${name}.${one}`, patched(old, layers[name]));
      }
    }
    return this.trees.get(key);
  }

  /** The tree of a screen or a row in a language and in the colours of a theme. */
  whole(list, k, language, theme) {
    const [first] = Object.keys(this.head.languages), key = [list, k, language, theme].join();
    let found = this.kept.get(key);
    if (!found) {
      let tree = this.layer(list, "base", k);
      if (language !== first) tree = patched(tree, this.layer(list, language, k));
      if (theme === "dark") {
        tree = patched(tree, this.layer(list, "dark", k));
        if (language !== first) tree = patched(tree, this.layer(list, `${language}-dark`, k));
      }
      found = joined(tree, this.head.themes[theme]);
      this.kept.set(key, found);
      if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value);
    }
    return found;
  }

  screen(k, language, theme) {
    return this.whole("shots", k, language, theme);
  }

  /** The place of a screen's phase in its update: what is made at a later one is not known yet. */
  place(k) {
    return this.shots[k].place;
  }

  /** The formulas of the numbers on a screen: those that are known by then, and what there is to say of the others. */
  formulas(k, language, theme) {
    const { row } = this.shots[k];
    return row < 0 ? undefined : this.whole("rows", row, language, theme);
  }
}
