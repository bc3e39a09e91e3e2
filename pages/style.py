"""What Streamlit's own page needs: its height back, a quiet row of controls, and a set-up that opens when asked."""

from typing import Final

CSS: Final = """
/* A full-HD projector shows the same screen larger, not more of it: the class sits far away. */
@media (min-width: 1800px) and (min-height: 900px) {
  html { font-size: 19px !important; }
  .st-key-slice :is(.st-key-across, .st-key-up) { flex-basis: 9.5rem !important; }  /* given in pixels */
}
[data-testid="stHeader"] { height: 2.75rem; min-height: 2.75rem; }
.stMainBlockContainer { padding: 3rem 1.25rem 1rem; }
.st-key-corner { position: fixed; top: .15rem; right: 3.4rem; width: auto; z-index: 999995; gap: 1.25rem; }
.st-key-corner button p { white-space: nowrap; }
.st-key-setup { max-width: calc(100vw - 58rem); }  /* what the names of the pages leave over */
.st-key-setup button { color: inherit; opacity: .75; max-width: 100%; }
.st-key-setup button p { overflow: hidden; text-overflow: ellipsis; }
@media (max-width: 1600px) {
  .stApp:has([data-testid="stSidebar"][data-collapsed="false"]) .st-key-setup {
    max-width: max(0px, calc(100vw - 58rem - 300px));  /* and the sidebar */
  }
}
[data-testid="stSidebar"][data-collapsed="true"], [data-testid="stSidebar"][data-collapsed="true"] * {
  visibility: hidden !important;  /* it lies beside the page: no Tab into it */
}
.stMainBlockContainer .stVerticalBlock:has(> .st-key-stage) { gap: .45rem; }
.stMainBlockContainer > .stVerticalBlock { gap: 0; }
.st-key-transport { row-gap: .35rem; column-gap: .5rem; }
.st-key-transport .st-key-slider { flex: 1 1 56px !important; min-width: 56px; max-width: 130px; }
.st-key-transport button { min-height: 2.1rem; padding: .1rem .65rem; }
.st-key-transport button p { white-space: nowrap; }
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
.st-key-transport [data-testid="stNumberInput"] input { padding-inline: .55rem; }
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
.stVerticalBlock:has(> div > .st-key-transport), .stVerticalBlock:has(> .st-key-transport) { gap: 0; }
@media (max-width: 1100px) { .st-key-setup { display: none; } }
@media (min-width: 769px) and (max-width: 960px) { .st-key-switch_notation { display: none; } }  /* "View" has it */
@media (max-width: 640px) {
  .stApp:has([data-testid="stSidebar"][data-collapsed="false"]) .st-key-corner { display: none; }  /* it lies over it */
  .stMainBlockContainer { padding: 3rem .6rem 1rem; }
  .st-key-slice { margin-left: 0; }
}
"""

# The link "Set up" presses Streamlit's own button: once a visitor has closed the sidebar by hand, the browser no longer
# listens to ``initial_sidebar_state``. What it remembers goes with the page, so that every visit begins as the first.
SCRIPT: Final = """
document.backstepSetup ??= (() => {
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.(".st-key-setup button")) return;
    const found = (name) => document.querySelector(`[data-testid=${name}]`);
    const button = found("stExpandSidebarButton") ?? found("stSidebarCollapseButton");
    (button?.querySelector("button") ?? button)?.click();
  });
  window.addEventListener("pagehide", () => Object.keys(localStorage)
    .filter((name) => name.startsWith("stSidebarCollapsed-")).forEach((name) => localStorage.removeItem(name)));
  return true;
})();
"""
