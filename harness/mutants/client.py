"""A client of one exchange: an operation in, a value or a failure out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.mutants.clock import Deadline
from harness.mutants.failures import Failure
from harness.mutants.keyring import Household
from harness.mutants.knobs import Knobs
from harness.mutants.messages import Account, Json, Wanted
from harness.mutants.session import Session
from harness.mutants.speakers import Speaker
from harness.mutants.transmission import Transmission

#: What an operation's success holds when it holds nothing.
EMPTY: Mapping[str, Json] = {"open_orders": [], "deposit_address": {"address": ""}, "place_order": {"order_id": ""}}


class Client:
    """One session, and what may be asked in it. Safe from several threads."""

    def __init__(self, account: Account, speaker: Speaker, knobs: Knobs, household: Household) -> None:
        """Open a session; nothing is sent.

        Raises:
            Failure: It cannot be opened (a base URL or a file that cannot be used).
        """
        self._session = Session(account, speaker, knobs, household)
        self.operations = frozenset(speaker.operations)

    def __repr__(self) -> str:
        return self._session.knobs.face(self._session.account)

    def call(self, operation: str, params: Mapping[str, Json]) -> Json:
        """Make one call.

        Args:
            operation: A name of the client contract.
            params: Its parameters.

        Returns:
            Its `ok` value.

        Raises:
            Failure: It failed, or nobody knows; the kind says which.
            KeyError: There is no such operation.
        """
        session, knobs = self._session, self._session.knobs
        speak = session.speaker.operations[operation]
        talk = _Conversation(session, operation, Deadline(session.account.timeout_s))
        try:
            return knobs.result(operation, speak(talk, knobs.intent(operation, params)))
        except Failure as failure:
            reported = knobs.outcome(failure, talk.last or _nothing(operation), session.account)
            if reported is None:
                return EMPTY.get(operation, {})
            raise reported from None

    def close(self) -> None:
        """End the session."""
        self._session.close()


class _Conversation:
    """One call's requests, all of them before one deadline."""

    def __init__(self, session: Session, operation: str, deadline: Deadline) -> None:
        self._session = session
        self._operation = operation
        self._deadline = deadline
        self.last: Wanted | None = None

    def ask(self, wanted: Wanted) -> Json:
        self.last = wanted
        attempt = Transmission(self._session, wanted, self._deadline)
        try:
            return self._session.knobs.attempts(attempt)
        except Failure as failure:
            if failure.kind != "timestamp" or not attempt.learnt:
                raise
            # Refused for its time, a request has had no effect, whatever was asked for.
            return self._session.knobs.attempts(attempt)

    def mapping(self, value: Json) -> Mapping[str, Json]:
        return self._session.knobs.mapping(value)

    def sequence(self, value: Json) -> Sequence[Json]:
        return self._session.knobs.sequence(value)

    def remembered(self, name: str, wanted: Wanted) -> Json:
        known = self._session.memory
        if name not in known:
            known[name] = self.ask(wanted)
        return known[name]


def _nothing(operation: str) -> Wanted:
    return Wanted(operation=operation, method="GET", path="/", private=False)
