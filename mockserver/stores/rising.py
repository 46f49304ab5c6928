"""The newest rising nonce of each key that was kept: one that does not rise is found before anybody hears of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockserver.core.log import NonceChange, NonceStep

_ADVANCE, _PRESET, _FORGET = NonceStep.ADVANCE, NonceStep.PRESET, NonceStep.FORGET  # an enum looks them up slowly


class Rising:
    """What is known of nonces that have to rise.

    They are digits without zeros before them, of any number: the longer one is greater, and of two that are as long the
    one that is greater as text.

    Args:
        known: The newest nonce of each key.
    """

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = dict(known)

    def after(self, changes: Iterable[NonceChange]) -> Mapping[str, str] | None:
        """Return the newest nonce of each key that changed, or None if one did not rise."""
        known = self._known
        newest: dict[str, str] = {}
        for step, key, nonce, tolerance in changes:
            if step is _ADVANCE:
                before = newest[key] if key in newest else known.get(key, "")
                if len(nonce) > len(before) or (len(nonce) == len(before) and nonce > before):
                    newest[key] = nonce
                elif not tolerance:
                    return None
            elif step is _PRESET:
                newest[key] = nonce
            elif step is _FORGET:
                newest[key] = ""
        return newest

    def settle(self, newest: Mapping[str, str]) -> None:
        """Know these from now on: they have been kept."""
        for key, nonce in newest.items():
            if nonce:
                self._known[key] = nonce
            else:
                self._known.pop(key, None)
