"""A wrong client as an adapter file: its mistake is named by `NONCENSE_MISTAKE`, or on its own command line."""

import os
import sys

from harness.adapter import main
from harness.mutants import adapter_with

_NAMED = os.environ.get("NONCENSE_MISTAKE") or (sys.argv[1] if __name__ == "__main__" and len(sys.argv) > 1 else "")
ADAPTER = adapter_with(_NAMED or "orders-sent-again")

if __name__ == "__main__":
    main(ADAPTER)
