"""What Streamlit's own page needs: its height back, a quiet row of controls, and a set-up that opens when asked."""

from typing import Final

CSS: Final = """
/* A full-HD projector shows the same screen larger, not more of it: the class sits far away. */
@media (min-width: 1800px) and (min-height: 900px) {
  html { font-size: 19px !important; }
  .st-key-slice :is(.st-key-across, .st-key-up) { flex-basis: 9.5rem !important; }  /* given in pixels */
}
/* What scrolls gets the focus by a click on nothing; with the next key Streamlit would draw a frame over the page. */
[data-testid="stMain"]:focus-visible::before { box-shadow: none !important; }
/* A help text takes no click; tips.js says where it covers no control. */
[data-testid="stTooltipContent"] { pointer-events: none !important; }
/* What a field for numbers has not taken, in a sentence below it; typing.js puts it there. */
.refused {
  position: fixed; inset: auto; margin: 0; z-index: 999999; width: max-content; max-width: min(22rem, 100vw - 1rem);
  padding: .4rem .6rem; border: 1px solid currentcolor; border-radius: .4rem; pointer-events: none;
  font-size: .875rem; background: var(--st-background-color, Canvas); color: var(--st-text-color, CanvasText);
}
html[data-tips] [role="tooltip"]:not([data-placed]) { visibility: hidden; }
[role="tooltip"][data-placed] { transform: translate(var(--tip-x), var(--tip-y)) !important; }
.share-code { width: min(100%, 72vh); display: block; margin: auto; image-rendering: pixelated; background: #fff; }
[class*="st-key-drawn_"] { display: none; }  /* fields.py counts in it */
[data-testid="stHeader"] { height: 2.75rem; min-height: 2.75rem; }
.stMainBlockContainer { padding: 3rem 1.25rem 1rem; }
.st-key-corner { position: fixed; top: .15rem; right: 3.4rem; width: auto; z-index: 999995; gap: 1.25rem; }
.st-key-corner button p { white-space: nowrap; }
.st-key-setup { max-width: calc(100vw - 75.5rem); }  /* what the names of the pages leave over */
@media (min-width: 1501px) { .st-key-setup { max-width: calc(100vw - 81.5rem); } }  /* "Share" has its word there */
.st-key-setup button { color: inherit; opacity: .75; max-width: 100%; }
.st-key-setup button p { overflow: hidden; text-overflow: ellipsis; }
/* The set-up lies over the page instead of squeezing it, below the row of controls, which stays in reach. */
@media (min-width: 769px) {
  [data-testid="stSidebar"][data-collapsed="false"] {
    position: fixed !important; left: 0; top: 5.75rem; height: calc(100dvh - 5.75rem) !important; z-index: 999970;
    width: 21rem !important; min-width: 0 !important; box-shadow: 0 .5rem 1.5rem rgb(0 0 0 / .3);
  }
}
[data-testid="stSidebar"][data-collapsed="true"], [data-testid="stSidebar"][data-collapsed="true"] * {
  visibility: hidden !important;  /* it lies beside the page: no Tab into it */
}
.stMainBlockContainer .stVerticalBlock:has(> :is(.st-key-stage, .st-key-perceptron_stage)) { gap: .45rem; }
.stMainBlockContainer > .stVerticalBlock { gap: 0; }
[class*="st-key-keeping"] { position: absolute; width: 0; height: 0; overflow: hidden; }
.st-key-transport { row-gap: .35rem; column-gap: .5rem; }
.st-key-transport .st-key-slider { flex: 1 1 56px !important; min-width: 56px; max-width: 130px; }
.st-key-transport button { min-height: 2.1rem; padding: .1rem .55rem; }
/* What is there till a field's module is: no higher than the field, or all below would jump. */
.st-key-transport [data-testid="stSkeleton"] { height: 2.1rem; }
.st-key-transport button p { white-space: nowrap; }
.st-key-play button { min-width: 5.75rem; }  /* as wide to pause */
.st-key-transport [data-testid="stNumberInputContainer"], .st-key-transport [data-testid="stNumberInputContainer"] div {
  height: 2.1rem; min-height: 0;
}
.st-key-transport [data-testid="stSliderThumbValue"],
.st-key-transport [data-testid="stSliderTickBar"] { display: none; }
.st-key-transport [data-testid="stNumberInputStepDown"],
.st-key-transport [data-testid="stNumberInputStepUp"] { display: none; }
.st-key-transport [data-testid="stNumberInput"] { display: flex; align-items: center; gap: .4rem; }
.st-key-transport [data-testid="stNumberInput"] label { min-height: 0; margin: 0; width: auto; white-space: nowrap; }
.st-key-transport [data-testid="stNumberInput"] > div { flex: 1; min-width: 0; }
/* A field keeps room for its digits, however large the type of the label beside it. */
.st-key-transport [data-testid="stNumberInput"] input { padding-inline: .55rem; width: 3.6rem; min-width: 100%; }
:is(.st-key-run_count, .st-key-go_to_update, .st-key-compare_updates) { min-width: max-content; }
/* The slice of the decision boundary: low fields, each label beside its field. */
.st-key-slice { row-gap: .25rem; column-gap: .5rem; margin-left: .5rem; }
.st-key-slice [data-testid="stSelectbox"], .st-key-slice [data-testid="stNumberInput"],
.st-key-slice [data-testid="stSlider"] { display: flex; align-items: center; gap: .5rem; }
.st-key-slice [data-testid="stSlider"] > div { margin-top: -.4rem; }
.st-key-slice label { min-height: 0; margin: 0; width: auto; flex: none; white-space: nowrap; }
.st-key-slice [data-testid="stSelectbox"] > div, .st-key-slice [data-testid="stNumberInput"] > div,
.st-key-slice [data-testid="stSlider"] > div { flex: 1; min-width: 0; }
.st-key-slice [role="group"], .st-key-slice [role="group"] :is(input, button),
.st-key-slice [data-testid="stNumberInputContainer"], .st-key-slice [data-testid="stNumberInputContainer"] div {
  height: 2.1rem; min-height: 0;
}
.st-key-slice [data-testid="stSelectbox"] input { padding-right: 0; text-overflow: ellipsis; }
.st-key-slice [data-testid="stSelectbox"] button { padding-inline: .3rem; }
.st-key-slice [data-testid="stSliderThumbValue"], .st-key-slice [data-testid="stSliderTickBar"] { display: none; }
/* A long run's progress lies over the phases, so that nothing below moves when it comes and goes. */
.st-key-progress {
  position: absolute; left: 1.25rem; width: calc(100% - 2.5rem); z-index: 60; padding: .5rem 0;
  background: var(--st-background-color, Canvas);
}
.stApp:has([data-panel="timeline"]) .st-key-progress { margin-top: 4.1rem; }  /* the strip says it too */
.stVerticalBlock:has(> div > .st-key-transport), .stVerticalBlock:has(> .st-key-transport) { gap: 0; }
/* Beside the slice there is room for the mark alone; a screen reader has the whole name. */
.st-key-transport:has(> * > .st-key-slice) .st-key-ask button { width: 2.1rem; }
.st-key-transport:has(> * > .st-key-slice) .st-key-ask .stMarkdownEllipsis {
  width: .5rem; overflow: hidden; text-overflow: clip;
}
/* Presenter mode: what is not the stage lies over it, and is seen while the pointer moves or a key is in it. */
html[data-present] .stMainBlockContainer { padding: .5rem 1rem 0; }
html[data-present] [data-testid="stHeader"] { position: fixed; top: 0; background: var(--st-background-color, Canvas); }
html[data-present] .st-key-transport {
  position: fixed; z-index: 999980; top: 2.75rem; left: 0; right: 0; width: 100%; padding: .25rem 1.25rem .5rem;
  background: var(--st-background-color, Canvas); border-bottom: 1px solid rgb(128 128 128 / .4);
}
html[data-present]:not([data-menus])
  :is([data-testid="stHeader"], .st-key-corner, .st-key-transport):not(:focus-within) {
  opacity: 0; pointer-events: none;
}
.st-key-setup button strong { font-weight: inherit; }
@media (max-width: 1279px) {  /* no room for what is set up: the way to it is always there */
  .st-key-setup { max-width: none; }
  .st-key-setup button p { font-size: 0; display: block; }  /* set inline it stands too low in WebKit */
  .st-key-setup button strong { font-size: .875rem; }
}
/* Names of pages that have no room beside that are in a menu, or they lie over each other. */
@media (min-width: 769px) and (max-width: 1279px) {
  [data-testid="stTopNav"] { max-width: calc(100vw - 26rem); margin-right: auto; }
}
@media (min-width: 769px) and (max-width: 1000px) { [data-testid="stTopNav"] { max-width: calc(100vw - 17rem); } }
[data-testid="stSidebar"] button p { white-space: normal; overflow: visible; }
/* Streamlit's own small print is too pale to be read from far. In a dialog it has no colours but those handed down. */
[data-testid="stCaptionContainer"] {
  color: color-mix(in srgb, currentcolor 80%, transparent) !important; opacity: 1 !important;
}
[data-testid="stCaptionContainer"] p { color: inherit !important; }
@media (min-width: 769px) and (max-width: 1000px) {
  .st-key-switch_notation { display: none; }  /* "View" has it */
}
@media (max-width: 1500px) {
  .st-key-share button p { font-size: 0; }  /* the sign alone; a screen reader has the word */
}
@media (min-width: 769px) and (max-width: 1500px) {  /* ten names, and what is set up beside them */
  [data-testid="stTopNavLink"] { padding-left: .25rem !important; padding-right: .25rem !important; }
}
@media (max-width: 640px) {
  .stApp:has([data-testid="stSidebar"][data-collapsed="false"]) .st-key-corner { display: none; }  /* it lies over it */
  .stMainBlockContainer { padding: 3rem .6rem 1rem; }
  .st-key-slice { margin-left: 0; }
}
@media (max-width: 380px) {
  .st-key-switch_notation { display: none; }  /* a small phone, or 400 %: "View" has it */
}
/* On paper: the page in black on white, without what can only be pressed, on as many sheets as it takes. */
@media print {
  @page { size: landscape; margin: 10mm; }
  [data-testid="stHeader"], [data-testid="stSidebar"], [data-testid="stExpandSidebarButton"], .st-key-corner,
  .st-key-transport, .st-key-progress, [data-testid="stToastContainer"], [role="dialog"], [role="tooltip"] {
    display: none !important;
  }
  html, body, #root, .stApp, [data-testid="stAppViewContainer"], [data-testid="stMain"] {
    position: static !important; height: auto !important; overflow: visible !important;
    color: #000 !important; background: #fff !important;
  }
  .stMainBlockContainer { padding: 0 !important; }
}
"""

# A page without a set-up has no place for one; on a phone the sidebar holds the names of the pages. It is no rule with
# :has in the style above: every step would ask it again of every part of Streamlit's page.
NO_SET_UP: Final = """
@media (min-width: 769px) {
  [data-testid="stSidebar"], [data-testid="stExpandSidebarButton"] { display: none !important; }
}
"""

# The link "Set up" presses Streamlit's own button: once a visitor has closed the sidebar by hand, the browser no longer
# listens to ``initial_sidebar_state``. Where that button is pressed by hand, it presses the link, which asks for the
# fields. What the browser remembers goes with the page, so that every visit begins as the first.
SCRIPT: Final = """
document.backstepSetup ??= (() => {
  document.addEventListener("click", (event) => {
    if (!event.isTrusted) return;
    const found = (name) => document.querySelector(`[data-testid=${name}]`), open = found("stExpandSidebarButton");
    const link = document.querySelector(".st-key-setup button");
    if (link?.contains(event.target)) {
      const button = open ?? found("stSidebarCollapseButton");
      (button?.querySelector("button") ?? button)?.click();
    } else if (open?.contains(event.target) && !found("stSidebar")?.querySelector("input")) {
      link?.click();
    }
  }, true);  // before the button is gone
  window.addEventListener("pagehide", () => Object.keys(localStorage)
    .filter((name) => name.startsWith("stSidebarCollapsed-")).forEach((name) => localStorage.removeItem(name)));
  return true;
})();
"""
