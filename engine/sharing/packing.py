"""Plain lists, numbers and texts packed into one word of an address, and back."""

import base64
import json
import zlib
from typing import Final

_MOST: Final = 1 << 20  # a packed word that unfolds to more was made to do harm
_EVER: Final = 8_000_000  # whatever its length


def packed(text: str) -> str:
    """JSON text as a word of letters, digits, - and _."""
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def unpacked(word: str, most: int = _MOST) -> object:
    """What the JSON text of ``packed`` says; raises ``ValueError`` for a word that is none or unfolds to more."""
    try:
        raw = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(raw, min(most, _EVER))
        if not unpacker.eof or unpacker.unused_data:
            raise ValueError("more or less than one packed text")
        return json.loads(text)
    except (zlib.error, RecursionError) as error:
        raise ValueError(str(error)) from None
