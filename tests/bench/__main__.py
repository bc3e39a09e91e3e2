"""``python -m tests.bench [engine] [boundary] [page]``: speed, as ratios measured in one run; nothing is asserted."""

import sys
from importlib import import_module

KNOWN = ("engine", "boundary", "page")

asked = sys.argv[1:] or list(KNOWN)
unknown = [name for name in asked if name not in KNOWN]
if unknown:
    sys.exit(f"Unknown benchmark {unknown[0]}; known are {', '.join(KNOWN)}.")
for name in asked:
    import_module(f"tests.bench.{name}_bench").main()
