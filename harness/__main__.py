"""`python -m harness` is `noncense`."""

import sys

from harness.cli import main

sys.exit(main())
