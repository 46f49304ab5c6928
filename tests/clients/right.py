"""The right client as an adapter file: `noncense test tests/clients/right.py`, or as a program of its own."""

from harness.adapter import main
from harness.mutants import Adapter

ADAPTER = Adapter()

if __name__ == "__main__":
    main(ADAPTER)
