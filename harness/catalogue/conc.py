"""CONC: calls made together."""

from harness.catalogue.requirement import Application, Property, Requirement
from harness.catalogue.sources import NONCE_RISES, policy
from harness.events import Level
from harness.properties import concurrency, in_flight, processes
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
        waits=True,
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
        waits=True,
        property=Property(
            cases=concurrency.distinct_orders,
            judge=concurrency.answers_reach_their_calls,
            least={"answers": 10},
            examples=4,
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
            fixed=concurrency.taking_turns,
            judge=concurrency.no_overtaking,
            least={"requests": 20},
            examples=10,
        ),
    ),
    Requirement(
        id="CONC-005",
        level=Level.SHOULD,
        title="Two programs with one key co-operate if nonces are kept; else they report `nonce` and stop.",
        source=policy("a bot and a script with the same key run side by side sooner or later"),
        consequence="The two programs refuse each other's calls, and neither says why.",
        remedy="Draw each nonce from a file that both lock until the answer is there, or give each a key of its own.",
        kinds=_RISING,
        needs_program=True,
        property=Property(
            cases=None,
            fixed=processes.with_one_key,
            judge=processes.programs_co_operate,
            least={"requests": 10},
            examples=0,
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
        waits=True,
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
    Requirement(
        id="CONC-008",
        level=Level.MAY,
        title="Calls made together are under way together where nothing forbids it.",
        source=policy("a random nonce and a timestamp leave no reason to wait for one another"),
        consequence="Ten calls take ten round trips.",
        remedy="Lock nothing but what has to be drawn in turn.",
        kinds=frozenset({Kind.SINGLE_USE_NONCE, Kind.TIMESTAMP}),
        features=_PARALLEL,
        dialects={
            "reference": Application(level=None, source="its nonces have to arrive rising, so calls may wait in turn")
        },
        property=Property(
            cases=None,
            fixed=in_flight.held_until_others_come,
            judge=in_flight.really_together,
            least={"provocations": 2},
            examples=0,
        ),
    ),
    Requirement(
        id="CONC-009",
        level=Level.SHOULD,
        title="A forked child does not continue the parent's nonces or random stream.",
        source=policy("web servers and job queues fork their workers after the client was made"),
        consequence="Workers of one server refuse each other's calls.",
        remedy="Draw randomness from the system, and look the last nonce up where all processes see it.",
        kinds=_ONCE,
        property=Property(
            cases=None, fixed=processes.forked, judge=processes.child_goes_its_own_way, least={"forks": 1}, examples=0
        ),
    ),
)
