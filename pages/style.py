"""The little CSS that Streamlit's own page needs: its height back, and a quiet row of buttons."""

from typing import Final

CSS: Final = """
.stMainBlockContainer { padding: 3.6rem 1.25rem 1rem; }
@media (max-width: 640px) { .stMainBlockContainer { padding: 3.6rem .6rem 1rem; } }
.st-key-language { position: fixed; top: .55rem; right: 3.2rem; width: auto; z-index: 999995; }
.stMainBlockContainer > div > .stVerticalBlock { gap: .5rem; }
.st-key-transport button { min-height: 2.1rem; padding: .1rem .6rem; white-space: nowrap; font-variant-numeric: tabular-nums; }
.st-key-transport button p { white-space: nowrap; }
.st-key-transport { row-gap: .35rem; }
.st-key-progress [data-testid="stProgress"] { margin-top: .2rem; }
"""
