"""Two stacks that are wherever we are, measured: one that keeps no connection, one that sends a GET again."""

from collections.abc import Mapping

import pytest

from harness.stacks import Matter, Measured, Missing, Mode, Wanted, measure, stack_named
from harness.stacks.seeing import Kind, Outcome

WANTED = Wanted(
    stacks=(stack_named("urllib"), stack_named("aiohttp"), stack_named("go")),
    matters=(Matter.DROPPED, Matter.REDIRECTED),
    modes=(Mode.AS_IS,),
    repeats=1,
)


@pytest.fixture(scope="module")
def found() -> Mapping[str, Measured | Missing]:
    with pytest.MonkeyPatch.context() as patch:
        # So that Go is not here, wherever we are.
        patch.setenv("PATH", "")
        return {one.stack.name: one for one in measure(WANTED)}


def came(found: Mapping[str, Measured | Missing], stack: str, probe: str) -> Outcome:
    measured = found[stack]
    assert isinstance(measured, Measured)
    (outcome,) = measured.outcomes[Mode.AS_IS, probe]
    return outcome


@pytest.mark.parametrize("way", ["warm", "reset", "unread", "fresh", "always"])
def test_aiohttp_sends_a_get_again_and_a_post_never(found: Mapping[str, Measured | Missing], way: str) -> None:
    assert came(found, "aiohttp", f"get-{way}").kind is Kind.AGAIN
    assert came(found, "aiohttp", f"post-{way}") == Outcome(kind=Kind.ONCE, words="sent once, error")


def test_the_caller_sees_nothing_of_the_copy_that_was_answered(found: Mapping[str, Measured | Missing]) -> None:
    assert came(found, "aiohttp", "get-warm").words == "sent twice, 200"
    assert came(found, "aiohttp", "get-always").words == "sent twice, error"


def test_urllib_keeps_no_connection_and_sends_nothing_twice(found: Mapping[str, Measured | Missing]) -> None:
    assert came(found, "urllib", "get-warm").words == "no connection is kept"
    assert came(found, "urllib", "get-fresh").words == "sent once, error"


@pytest.mark.parametrize("place", ["other", "named", "clear"])
def test_both_take_key_and_signature_along_to_another_origin(
    found: Mapping[str, Measured | Missing], place: str
) -> None:
    assert came(found, "urllib", f"post-302-{place}").words == "GET, no body; Key, Sign, Authorization sent"
    assert came(found, "aiohttp", f"post-302-{place}").words == "GET, no body; Key, Sign sent, Authorization dropped"


def test_a_307_takes_the_whole_request_along_but_for_urllib(found: Mapping[str, Measured | Missing]) -> None:
    assert came(found, "aiohttp", "post-307-other").kind is Kind.REPLAYED
    assert came(found, "urllib", "post-307-other") == Outcome(kind=Kind.STAYED, words="not followed, error")


def test_a_stack_that_is_not_here_is_named_with_what_brings_it(found: Mapping[str, Measured | Missing]) -> None:
    missing = found["go"]
    assert isinstance(missing, Missing)
    assert (missing.reason, missing.install) == ("there is no go", "apt-get install golang-go")
