"""Forms as they come: what is read of them, and how far."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockserver.dialects.exmo.parameters import MOST_PARAMETERS, read_form
from mockserver.dialects.poloniex import parameters as poloniex

Reader = Callable[[bytes], dict[str, str]]


@pytest.mark.parametrize("read", [read_form, poloniex.read_form], ids=["exmo", "poloniex"])
@pytest.mark.parametrize("name", [b"late", b"l%61te"])
def test_what_comes_after_a_thousand_pairs_is_not_read(read: Reader, name: bytes) -> None:
    assert read(b"a=1&" * (MOST_PARAMETERS - 1) + name + b"=1") == {"a": "1", "late": "1"}
    assert read(b"a=1&" * MOST_PARAMETERS + name + b"=1") == {"a": "1"}


@pytest.mark.parametrize("read", [read_form, poloniex.read_form], ids=["exmo", "poloniex"])
def test_of_a_name_that_stands_twice_the_last_value_counts(read: Reader) -> None:
    assert read(b"pair=A&&pair=%42") == {"pair": "B"}
