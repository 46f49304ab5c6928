"""What the wire alone can say of each requirement, one file for each matter."""

from harness.observing.rows.beyond import BEYOND
from harness.observing.rows.gathered import RULES, rule_of

__all__ = ["BEYOND", "RULES", "rule_of"]
