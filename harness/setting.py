"""What a case is drawn for: the dialect, the client's promises, the limits."""

from __future__ import annotations

from dataclasses import dataclass

from harness.drivers.driver import Description
from mockserver import Dialect, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What strategies and oracles may know besides the case.

    Attributes:
        dialect: The exchange that is played.
        profile: Which of its two faces.
        client: What the client says it is.
        form: "program" or "in-process".
        timeout_s: The time limit that sessions are opened with, unless a case says otherwise.
    """

    dialect: Dialect
    profile: Profile
    client: Description
    form: str
    timeout_s: float = 5.0

    def can(self, *operations: str) -> bool:
        """Tell whether the client promises all of these operations."""
        return self.client.operations.issuperset(operations)

    def has(self, feature: str) -> bool:
        """Tell whether the client promises a feature."""
        return feature in self.client.features
