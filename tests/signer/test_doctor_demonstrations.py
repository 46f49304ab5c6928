"""Every mistake of signing that one request can show is shown, and the doctor calls it by its name."""

from __future__ import annotations

import pytest

from signer import SCHEMES
from signer.doctor import CODES, demonstrations, examine

#: Shown by several requests of one key: wrong clients make these, and the tests of series of requests.
ELSEWHERE = {
    "NONCE-COUNTED-FROM-ONE",
    "NONCE-COUNTED-TWICE-OVER",
    "NONCE-IN-LOCAL-TIME",
    "NONCE-ROUNDED-BY-FLOAT",
    "NONCE-TOO-COARSE",
    "NONCE-UNIT-CHANGES",
    "TIMESTAMP-NOT-RENEWED",
}
#: Mistakes whose text is always that of another one as well, which has the better name.
IN_OTHER_WORDS = {"NONCE-SIGNED-LAST": "EMPTY-PAIRS-LEFT-OUT", "TARGET-DECODED": "SIGNED-UNENCODED"}


def test_every_mistake_is_shown_or_known_to_show_elsewhere() -> None:
    assert set(CODES) - set(demonstrations()) == ELSEWHERE


@pytest.mark.parametrize("code", sorted(demonstrations()))
def test_what_is_shown_is_named(code: str) -> None:
    shown = demonstrations()[code]
    examination = examine(
        shown.scheme,
        shown.request,
        shown.credentials,
        other_secrets=shown.other_secrets,
        previous=shown.previous,
        last_nonce=shown.last_nonce,
        now_ms=shown.now_ms,
    )
    first = examination.diagnoses[0]
    assert IN_OTHER_WORDS.get(code, code) in first.code.split("+")
    assert first.signed == shown.signed or shown.signed is None
    assert (shown.arrived == shown.right) is (shown.stale or code == "KEY-AND-SECRET-SWAPPED")


def test_what_no_dialect_can_show_is_shown_at_an_invented_exchange() -> None:
    invented = {code for code, shown in demonstrations().items() if shown.scheme.name not in SCHEMES}
    assert invented == {"SECRET-NOT-DECODED", "SIGNATURE-HEX"}
