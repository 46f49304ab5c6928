"""Print the tests that pytest's cache notes as failed, a line each; exit 1 if they are none, or more than five."""

import json
import sys
from pathlib import Path

MOST = 5


def main(noted: Path) -> int:
    """Read pytest's note of what failed last."""
    try:
        names = list(json.loads(noted.read_bytes()))
    except FileNotFoundError:
        return 1
    print("\n".join(names))
    return 0 if 0 < len(names) <= MOST else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
