"""From what arrived and what a program said to what the table says."""

import pytest

from harness.stacks.answers import CUT, PACKED, UNPACKED
from harness.stacks.arrivals import Arrival
from harness.stacks.probes import probe_named
from harness.stacks.seeing import Kind, Outcome, Said, outcome_of

SIGNED = {"key": "k", "sign": "s", "authorization": "a"}


def came(probe: str, deed: str | None = None, *, connection: int = 1, method: str = "POST", **more: object) -> Arrival:
    own = probe_named(probe).deed if deed is None else deed
    return Arrival(probe=probe, deed=own, origin="http", connection=connection, method=method, **more)


def seen(probe: str, said: Said, *arrivals: Arrival) -> Outcome:
    return outcome_of(probe_named(probe), arrivals, said, patience_s=20)


def test_a_copy_that_was_answered_is_sent_twice_and_succeeds() -> None:
    arrivals = (came("post-warm", "ok"), came("post-warm"), came("post-warm", connection=2))
    assert seen("post-warm", Said(status=200), *arrivals) == Outcome(kind=Kind.AGAIN, words="sent twice, 200")


def test_one_request_and_an_error_is_sent_once() -> None:
    arrivals = (came("post-warm", "ok"), came("post-warm"))
    assert seen("post-warm", Said(error="reset"), *arrivals) == Outcome(kind=Kind.ONCE, words="sent once, error")


def test_a_connection_that_was_not_warm_tells_nothing_about_a_warm_one() -> None:
    arrivals = (came("post-warm", "ok"), came("post-warm", connection=2))
    assert seen("post-warm", Said(error="reset"), *arrivals).words == "no connection is kept"


def test_what_never_arrived_is_no_proof_of_anything() -> None:
    arrivals = (came("post-warm", "ok"),)
    found = seen("post-warm", Said(error="too many retries"), *arrivals)
    assert found == Outcome(kind=Kind.UNHEARD, words="nothing was sent: too many retries")


@pytest.mark.parametrize(
    ("landed", "kind", "words"),
    [
        ((), Kind.STAYED, "not followed"),
        (
            (came("post-307-other", "landed", size=13, headers=SIGNED),),
            Kind.REPLAYED,
            "POST with its body; Key, Sign, Authorization sent",
        ),
        (
            (came("post-307-other", "landed", method="GET", headers={"key": "k", "sign": "s"}),),
            Kind.CARRIED,
            "GET, no body; Key, Sign sent, Authorization dropped",
        ),
        (
            (came("post-307-other", "landed", size=13),),
            Kind.BARE,
            "POST with its body; no credentials",
        ),
    ],
)
def test_a_redirect_is_told_by_what_arrives_at_its_end(landed: tuple[Arrival, ...], kind: Kind, words: str) -> None:
    said = Said(status=200 if landed else 307)
    assert seen("post-307-other", said, came("post-307-other"), *landed) == Outcome(kind=kind, words=words)


@pytest.mark.parametrize(
    ("probe", "said", "kind", "words"),
    [
        ("hints", Said(status=200, size=2), Kind.SOUND, "200"),
        ("hints", Said(status=103), Kind.UNNOTICED, "takes 103 with 0 bytes for the answer"),
        ("continue", Said(error="bad response"), Kind.NOTICED, "error"),
        ("cut-length", Said(status=200, size=CUT), Kind.UNNOTICED, f"200 and {CUT} bytes, no error"),
        ("cut-chunks", Said(error="incomplete"), Kind.NOTICED, "error"),
        ("twice", Said(status=200, headers={"x-twice": ["one, two"]}), Kind.FACT, "both, joined by a comma"),
        ("twice", Said(status=200, headers={"x-twice": ["one", "two"]}), Kind.FACT, "both, apart"),
        ("twice", Said(status=200, headers={"x-twice": ["two"]}), Kind.FACT, "the last"),
        ("blank", Said(status=200, headers={"x-blank ": ["one"]}), Kind.FACT, "the blank is part of the name"),
        ("blank", Said(status=200, headers={"x-blank": ["one"]}), Kind.FACT, "read without the blank"),
        ("blank", Said(status=200), Kind.FACT, "the header is left out"),
        ("gzip", Said(status=200, size=len(UNPACKED)), Kind.FACT, "does not ask; unpacked"),
        ("gzip", Said(status=200, size=len(PACKED)), Kind.FACT, "does not ask; handed over as it came"),
        ("get-busy", Said(status=503), Kind.ONCE, "sent once, 503"),
        ("long", Said(status=200), Kind.FACT, "sent without asking, 200"),
        ("post-never", Said(error="timed out", at_s=61.8), Kind.GIVES_UP, "gives up after 60 s"),
        ("post-never", Said(error="timed out", at_s=303.2), Kind.GIVES_UP, "gives up after 300 s"),
        ("post-never", Said(hung=True), Kind.WAITS, "still waiting after 20 s"),
        ("post-never", Said(error="timed out", at_s=5.3), Kind.GIVES_UP, "gives up after 5 s"),
    ],
)
def test_what_the_caller_is_handed_is_put_into_words(probe: str, said: Said, kind: Kind, words: str) -> None:
    assert seen(probe, said, came(probe)) == Outcome(kind=kind, words=words)


def test_an_error_behind_two_arrivals_says_so() -> None:
    found = seen("cut-length", Said(error="incomplete"), came("cut-length"), came("cut-length", connection=2))
    assert found.words == "error; sent twice"


def test_a_copy_that_is_sent_when_no_answer_came_in_time_is_told_with_its_time() -> None:
    found = seen("get-never", Said(status=200, at_s=60.4), came("get-never"), came("get-never", connection=2))
    assert found == Outcome(kind=Kind.AGAIN, words="sent twice, the second time after 60 s, 200")
