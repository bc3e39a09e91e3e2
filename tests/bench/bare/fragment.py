"""One button and one number; with ``?component`` one component that hears a key and shows a number instead."""

import streamlit as st

HEARS = """
export default function ({ data, parentElement, setTriggerValue }) {
    const mark = parentElement.querySelector("b");
    mark.textContent = data;
    requestAnimationFrame(() => {  // as the stage does: the mark is set when its frame is on the screen
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => { port1.close(); mark.dataset.painted = data; };
        port2.postMessage(null);
    });
    const heard = ({ key }) => key === "n" && setTriggerValue("pressed", data);
    document.addEventListener("keydown", heard);
    return () => document.removeEventListener("keydown", heard);
}
"""


@st.fragment
def count() -> None:
    """Show how often the button was pressed."""
    n = st.session_state.get("n", 0)
    if st.button("next", key="next"):
        n += 1
        st.session_state["n"] = n
    st.markdown(f'<b data-painted="{n}">{n}</b>', unsafe_allow_html=True)


@st.fragment
def hear() -> None:
    """Show how often the key was pressed."""
    state = st.session_state

    def pressed() -> None:
        state["n"] = state.get("n", 0) + 1

    bare = st.components.v2.component("bare", html="<b></b>", js=HEARS, isolate_styles=False)
    bare(data=state.get("n", 0), key="bare", on_pressed_change=pressed)


if "component" in st.query_params:
    hear()
else:
    count()
