"""What goes into a record comes out of it."""

from hypothesis import example, given
from hypothesis import strategies as st

from mockserver import Answer, Fault, FaultKind, Phase
from mockserver.core.journal import Effect, Entry
from mockserver.core.log import NonceStep
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.visit import Visit
from mockserver.stores.batches import StoredBatch, from_json
from mockserver.stores.records import (
    answer_of,
    answer_text,
    asked_text,
    entry_of,
    not_believed_of,
    request_of,
    row_of,
)
from mockserver.stores.store import ActionRecord, RequestRecord
from signer import Fields, Reason, Request, Stages
from signer import Refused as NotBelieved

TOKENS = st.text("ABCabc-_0", min_size=1, max_size=8).map(str.encode)
VALUES = st.binary(max_size=20).map(lambda value: bytes(byte for byte in value if byte not in b"\r\n\0").strip(b" \t"))
REQUESTS = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST", "get", "X-Y"]),
    target=st.binary(max_size=30).map(lambda tail: b"/" + bytes(byte for byte in tail if byte not in b"\r\n")),
    headers=st.lists(st.tuples(TOKENS, VALUES), max_size=5).map(tuple),
    body=st.binary(max_size=60),
)
LINES = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=12)
ANSWERS = st.builds(
    Answer,
    status=st.sampled_from([200, 204, 422, 599]),
    body=st.binary(max_size=60),
    content_type=st.sampled_from(["application/json", "text/html; charset=utf-8", ""]),
    headers=st.lists(st.tuples(TOKENS.map(bytes.decode), LINES), max_size=3).map(tuple),
    reason=st.none() | st.sampled_from(["", "OK", "I'm a teapot"]),
)


@given(REQUESTS)
def test_a_request_comes_back_to_the_byte(request):
    assert request_of(asked_text(request)) == request


@given(ANSWERS)
def test_an_answer_comes_back_to_the_byte(answer):
    assert answer_of(answer_text(answer)) == answer


def record_of(visit: Visit) -> RequestRecord:
    return RequestRecord._make(row_of(visit))


def visit_of(**known: object) -> Visit:
    request = Request(method="GET", target=b"/")
    visit = Visit(Entry(number=3, connection=2, server_ms=1, arrived_ns=5, request=request), "::1", 7)
    for name, value in known.items():
        setattr(visit.entry, name, value)
    visit.seq = 9
    visit.answer = visit.entry.answer
    return visit


def test_a_page_comes_back_with_all_that_cannot_be_found_again():
    visit = visit_of(
        answered_ns=6,
        refused=Refused(refusal=Refusal.RATE_LIMITED, detail="No.", facts={"maximum": 6, "places": ["a"]}, variant="v"),
        effects=(Effect(kind="order_placed", subject="5"), Effect(kind="loan_offer", subject="a b")),
        answer=Answer(status=429, body=b"no"),
        fault=Fault(kind=FaultKind.HOLD, phase=Phase.BEFORE_GATE, endpoint=("a", "b"), settings={"count": 2}),
        unreadable=b"\x00\xff",
        judged=4,
        stopped_at="rate",
        last_nonce=2**70,
    )
    assert entry_of(record_of(visit)) == visit.entry


def test_what_was_said_instead_is_what_the_journal_tells():
    visit = visit_of(answer=Answer(status=200, body=b"done"))
    visit.entry.answer = Answer(status=503, body=b"")
    record = record_of(visit)
    assert answer_of(record.answered).status == 200
    assert entry_of(record).answer == Answer(status=503, body=b"")


def test_a_verdict_comes_back_with_the_fields_and_stages_that_are_found_again():
    said = Fields(key="k", nonce="1")
    stages = Stages(canonical_request=b"", string_to_sign=b"", signature="00")
    for computed in (stages, None):
        verdict = NotBelieved(
            reason=Reason.BAD_SIGNATURE, fields=said, detail="no", stages=computed, first_difference=3
        )
        text = record_of(visit_of(verdict=verdict)).verdict
        assert text is not None
        assert not_believed_of(text, said, stages) == verdict


@given(st.lists(st.text(st.characters(), max_size=6), max_size=3), st.integers(1, 9))
@example(["half a \ud800 character"], 3)
def test_a_batch_comes_back_with_all_that_is_in_it(subjects, seq):
    visit = visit_of(effects=tuple(Effect(kind="withdrawal", subject=subject) for subject in subjects))
    visit.seq, visit.changed = seq, True
    nonces = [(NonceStep.USE, "key", "5", 0)]
    batch = StoredBatch.of([row_of(visit), row_of(visit_of())], [ActionRecord(2, "act", "{}", "x")], nonces, 7)
    assert StoredBatch.unpacked(batch.packed()) == batch
    assert (batch.last_seq, batch.changed, batch.pages_from) == (9, True, 7)
    assert from_json(batch.requests) == [record_of(visit), record_of(visit_of())]
