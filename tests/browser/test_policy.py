"""The pages keep the policy they are served with: no script, font or connection of theirs is refused by the browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Serve
from tests.conftest import PATIENCE

pytestmark = pytest.mark.browser
PAGES = {
    "": "preset=xor&t=3&lang=en",
    "derivation": "lang=zh",
    "boundary": "lang=en&view=surface",
    "splitting": "lang=en",
    "notation": "lang=en",
    "perceptron": "lang=en",
}


def test_no_page_asks_for_what_its_policy_forbids(new_page: Callable[..., Page], serve: Serve) -> None:
    page = new_page(bypass_csp=False)
    page.add_init_script(
        "addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>"
        " console.error('refused', violatedDirective, blockedURI));"
    )
    for name, query in PAGES.items():
        answer = page.goto(f"{serve('app.py')}/{name}?{query}")
        assert answer
        assert "script-src 'self'" in answer.headers["content-security-policy"], name
        page.locator(".stage[data-idle]").wait_for(timeout=PATIENCE * 1000)
        before = page.get_attribute(".stage", "data-step")
        page.keyboard.press("ArrowRight")
        page.locator(f".stage[data-idle]:not([data-step='{before}'])").wait_for(timeout=PATIENCE * 1000)
