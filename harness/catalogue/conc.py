"""CONC: calls made together."""

from harness.catalogue.requirement import Property, Requirement
from harness.catalogue.sources import NONCE_RISES, policy
from harness.events import Level
from harness.properties import concurrency
from signer import Kind

_PARALLEL = frozenset({"concurrent"})
_RISING = frozenset({Kind.RISING_NONCE})
_ONCE = frozenset({Kind.RISING_NONCE, Kind.SINGLE_USE_NONCE})
_READS = frozenset({"balances", "open_orders", "deposit_address", "raw"})

ROWS = (
    Requirement(
        id="CONC-001",
        level=Level.MUST,
        title="Parallel calls in one session never produce equal nonces.",
        source=NONCE_RISES,
        consequence="Calls made together are refused at random.",
        remedy="Draw nonces under a lock, or from an atomic counter.",
        kinds=_ONCE,
        features=_PARALLEL,
        property=Property(
            cases=concurrency.together,
            judge=concurrency.no_equal_nonces,
            least={"requests": 60},
        ),
    ),
    Requirement(
        id="CONC-002",
        level=Level.MUST,
        title="Parallel calls in one session do not fail by overtaking each other.",
        source=policy("the duty follows from promising `concurrent`: a rising nonce must also arrive rising"),
        consequence="The call that was overtaken is refused; if it was an order, it was not placed.",
        remedy="Hold one lock from drawing the nonce until the answer, or at least until the request is written.",
        kinds=_RISING,
        features=_PARALLEL,
        property=Property(
            cases=None,
            fixed=concurrency.overtaken,
            judge=concurrency.no_overtaking,
            least={"requests": 8},
            examples=0,
        ),
    ),
    Requirement(
        id="CONC-003",
        level=Level.MUST,
        title="Each answer reaches the call that asked.",
        source=policy("an order id that belongs to another order is a wrong answer about money"),
        consequence="The user follows or cancels another order than the one that was placed.",
        remedy="Keep each request and its answer together; share no variable between calls.",
        features=_PARALLEL,
        operations=frozenset({"place_order"}),
        property=Property(
            cases=concurrency.distinct_orders,
            judge=concurrency.answers_reach_their_calls,
            least={"answers": 10},
            examples=8,
        ),
    ),
    Requirement(
        id="CONC-004",
        level=Level.SHOULD,
        title="Two sessions with one key in one process co-operate.",
        source=policy("many users open a second session with the same key"),
        consequence="The two sessions refuse each other's nonces.",
        remedy="Share one nonce source per key among all sessions of the process.",
        kinds=_RISING,
        property=Property(
            cases=concurrency.two_sessions,
            judge=concurrency.no_overtaking,
            least={"requests": 20},
            examples=10,
        ),
    ),
    Requirement(
        id="CONC-006",
        level=Level.MUST,
        title="A cancelled or timed-out call leaves the session usable.",
        source=policy("one slow answer must not end a trading day"),
        consequence="After one slow answer every further call fails or hangs, or gets the answer of another.",
        remedy="Release locks on every path, and throw away the connection of a call that timed out.",
        one_of=_READS,
        property=Property(
            cases=None,
            fixed=concurrency.timed_out,
            judge=concurrency.still_usable,
            least={"provocations": 2},
            examples=0,
        ),
    ),
    Requirement(
        id="CONC-007",
        level=Level.MUST,
        title="An unreadable answer does not block the calls waiting behind it.",
        source=policy("one page of a proxy must not end a trading day"),
        consequence="One page of a proxy stops the queue, and nothing is sent any more.",
        remedy="Let each queued call fail alone; go on with the next.",
        features=_PARALLEL,
        one_of=_READS,
        property=Property(
            cases=None,
            fixed=concurrency.one_unreadable,
            judge=concurrency.others_are_served,
            least={"provocations": 2},
            examples=0,
        ),
    ),
)
