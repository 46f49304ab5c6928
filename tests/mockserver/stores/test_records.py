"""What goes into a record comes out of it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver import Answer, Fault, FaultKind, Phase
from mockserver.core.journal import Effect, Entry
from mockserver.core.log import NonceStep
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.visit import Visit
from mockserver.errors import StoreError
from mockserver.stores.batches import StoredBatch, packed_rows, unpacked_rows
from mockserver.stores.records import difference, entry_of, not_believed_of, row_of
from mockserver.stores.store import ActionRecord, RequestRecord
from signer import Fields, Reason, Request, Stages
from signer import Refused as NotBelieved

TOKENS = st.text("ABCabc-_0", min_size=1, max_size=8).map(str.encode)
TEXTS = st.text(st.characters(exclude_categories=()), max_size=12)  # with halves of characters
REQUESTS = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST", "get", "X-Y"]),
    target=st.binary(max_size=30),
    headers=st.lists(st.tuples(TOKENS, st.binary(max_size=20)), max_size=5).map(tuple),
    body=st.binary(max_size=60),
)
ANSWERS = st.builds(
    Answer,
    status=st.sampled_from([200, 204, 422, 599]),
    body=st.binary(max_size=60),
    content_type=st.sampled_from(["application/json", "text/html; charset=utf-8", ""]),
    headers=st.lists(st.tuples(TOKENS.map(bytes.decode), TEXTS), max_size=3).map(tuple),
    reason=st.none() | TEXTS,
)


def record_of(visit: Visit) -> RequestRecord:
    return RequestRecord._make(row_of(visit))


def visit_of(**known: object) -> Visit:
    entry = Entry(number=3, connection=2, server_ms=1, arrived_ns=5, request=Request(method="GET", target=b"/"))
    for name, value in known.items():
        setattr(entry, name, value)
    visit = Visit(entry, "::1", 7)
    visit.seq = 9
    visit.answer = visit.entry.answer
    return visit


@given(REQUESTS, ANSWERS, st.booleans())
@example(Request(method="\ud800", target=b"/"), Answer(status=200, body=b"\xff", reason="\udcff"), True)
def test_a_request_and_its_answer_come_back_to_the_byte(request, answer, folds):
    visit = visit_of(request=request, answer=answer)
    if folds:
        visit.entry.fold()
    (record,) = unpacked_rows(packed_rows([row_of(visit)]))
    assert (record.request, record.answered) == (request, answer)
    assert entry_of(record) == visit.entry


def test_the_bytes_of_a_file_of_this_version():
    visit = visit_of(
        request=Request(method="GET", target=b"/", headers=((b"A", b"b"),)), answer=Answer(status=204, body=b"")
    )
    visit.entry.fold()
    request = b"\x84\xa6method\xa3GET\xa6target\xc4\x01/\xa7headers\x91\x92\xc4\x01A\xc4\x01b\xa4body\xc4\x00"
    answer = b"\x85\xa6status\xcc\xcc\xa4body\xc4\x00\xaccontent_type\xb0application/json\xa7headers\x90\xa6reason\xc0"
    before, after = b"\x09\xc2\x07\xa3::1", b"\xc0\x03\x02\x01\x05\x00\x00\xa0" + b"\xc0" * 5 + b"\xc4\x00"
    rows = b"\x91\xdc\x00\x14" + before + request + answer + after
    assert packed_rows([row_of(visit)]) == rows, "the version of the file has to be another one"


@pytest.mark.parametrize("requests", [b"", b"\x91\x00", b"\xc1", b"\xc1\x91\x00", b"[]"])
def test_what_is_no_row_is_refused_in_words(requests):
    with pytest.raises(StoreError, match="written by other rules"):
        unpacked_rows(requests)
    with pytest.raises(StoreError, match="written by other rules"):
        StoredBatch.unpacked(requests)


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
    assert record.answered == Answer(status=200, body=b"done")
    assert entry_of(record).answer == Answer(status=503, body=b"")


def test_of_two_answers_that_should_be_one_the_place_is_told_where_they_part():
    then, now = (Answer(status=200, body=b'{"a":%d}' % number, headers=(("X", "y"),)) for number in (1, 2))
    told = difference(then, now)
    before, after = (repr(f'/json\r\nX: y\r\n\r\n{{"a":{number}}}') for number in (1, 2))
    assert told == f"{before} then and {after} now"
    assert difference(None, Answer(status=418, body=b"", reason="I am")).startswith("'' then and '418 I am")


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


@given(st.lists(TEXTS, max_size=3), st.integers(1, 9))
@example(["half a \ud800 character"], 3)
def test_a_batch_comes_back_with_all_that_is_in_it(subjects, seq):
    visit = visit_of(effects=tuple(Effect(kind="withdrawal", subject=subject) for subject in subjects))
    visit.seq, visit.changed = seq, True
    nonces = [(NonceStep.USE, "key", "5", 0)]
    batch = StoredBatch.of([row_of(visit), row_of(visit_of())], [ActionRecord(2, "act", "{}", "x")], nonces, 7)
    assert StoredBatch.unpacked(batch.packed()) == batch
    assert (batch.last_seq, batch.changed, batch.pages_from) == (9, True, 7)
    assert unpacked_rows(batch.requests) == [record_of(visit), record_of(visit_of())]
