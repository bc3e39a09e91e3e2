// Maths as a line of text, for what knows no TeX: of w^{(1)}_{12} it makes w₁₂⁽¹⁾, as the figures write it.

const SIGNS = {
  alpha: "α", beta: "β", gamma: "γ", delta: "δ", Delta: "Δ", varepsilon: "ε", eta: "η", theta: "θ", lambda: "λ", mu: "μ",
  rho: "ρ", sigma: "σ", partial: "∂", nabla: "∇", lVert: "‖", rVert: "‖", mid: " | ", to: " → ", odot: " ⊙ ",
};
const ABOVE = { hat: "\u0302", vec: "\u20d7" }; // marks that combine with the letter before them
const SMALL = { _: ["0123456789,hijko", "₀₁₂₃₄₅₆₇₈₉,ₕᵢⱼₖₒ"], "^": ["0123456789()hioT*", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾ʰⁱᵒᵀ*"] };
const GROUP = String.raw`\{(?:[^{}]|\{[^{}]*\})*\}`;
const TURNED = new RegExp(`(\\^${GROUP})(_${GROUP})`, "g"); // indices stand before layers

/** A text with maths between \( and \) as plain text. A command that is not known here stays as it is, to be seen. */
export const unset = (text) => text.replace(/\\\((.*?)\\\)/gs, (_, maths) => lineOf(maths));

function lineOf(maths) {
  let text = maths.replace(/\\t?frac\{1\}\{2\}/g, "½").replace(/\\math(?:rm|sf|bin) ?|\\,/g, "").replace(/\\; ?/g, " ")
    .replace(/\\(hat|vec) ?(\w)/g, (_, mark, letter) => letter + ABOVE[mark])
    .replace(/\\([A-Za-z]+) ?/g, (command, name) => SIGNS[name] ?? command)
    .replaceAll("-", "−").replaceAll("'", "′").replace(/\^(\d)/g, "^{$1}").replace(TURNED, "$2$1");
  for (let before; before !== text;) {
    before = text;
    text = text.replace(/([_^]?)\{([^{}]*)\}/, (_, way, inner) => small(way, inner));
  }
  return text.replace(/ +/g, " ").trim().normalize("NFC");
}

/** Small letters where there are such for all, else the letters behind their mark. */
function small(way, inner) {
  const [from, to] = SMALL[way] ?? ["", ""], letters = [...inner].map((letter) => to[from.indexOf(letter)]);
  return letters.every(Boolean) ? letters.join("") : way + inner;
}
