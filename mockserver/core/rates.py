"""How many calls a key or an address has made in the last second."""

from collections import deque

WINDOW_MS = 1000


class RateLimiter:
    """A sliding window of one second for each subject, by the server's clock."""

    def __init__(self) -> None:
        self._calls: dict[str, deque[int]] = {}

    def admit(self, subject: str, now_ms: int, limit: int) -> int:
        """Count a call if it is within the limit.

        Args:
            subject: Whose calls are counted: a key or an address.
            now_ms: The server's clock.
            limit: How many calls any second may hold.

        Returns:
            0 when the call is within the limit and was counted; else the milliseconds until one will be. A call that
            is refused does not count.
        """
        calls = self._calls.get(subject)
        if calls is None:
            calls = self._calls[subject] = deque()
        while calls and not now_ms - WINDOW_MS < calls[0] <= now_ms:
            calls.popleft()
        while calls and calls[-1] > now_ms:  # the clock went back
            calls.pop()
        if len(calls) < limit:
            calls.append(now_ms)
            return 0
        return calls[0] + WINDOW_MS - now_ms
