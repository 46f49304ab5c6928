"""Remedies for trying again."""

from __future__ import annotations

from harness.remedies.remedy import Remedy

REPEATING: tuple[Remedy, ...] = (
    Remedy(
        codes=("EFFECT-TWICE", "ORDER-ID-NOT-KEPT"),
        title="Never repeat a change whose outcome is open, unless its own id makes it one",
        costs="An order is placed twice, or money is withdrawn twice.",
        python="""
order_id = order_id or new_id()               # once, before the first attempt; all attempts carry it
try:
    return self._place(order_id, ...)
except OutcomeUnknown:
    return self._order_by_client_id(order_id) # ask; do not place again
""",
        javascript="""
try { return await place(id, order); } catch (lost) {
  if (lost instanceof OutcomeUnknown) return lookUp(id);
  throw lost;
}
""",
        php="""
try { return $this->place($id, $order); } catch (OutcomeUnknown $lost) { return $this->lookUp($id); }
""",
        go="""
if errors.Is(err, ErrOutcomeUnknown) { return s.LookUp(id) }
""",
        java="""
try { return place(id, order); } catch (OutcomeUnknown lost) { return lookUp(id); }
""",
        bash="""
place "$id" || look_up "$id"                  # not: place "$id" || place "$id"
""",
    ),
    Remedy(
        codes=(
            "RETRIES-WITHOUT-END",
            "REFUSALS-FEED-TRAFFIC",
            "FINAL-REFUSAL-RETRIED",
            "REVOKED-KEY-TRIED-AGAIN",
            "NONCE-RETRY-SPINS",
            "TIME-RETRY-SPINS",
            "RETRY-AFTER-IGNORED",
            "READ-NOT-RETRIED",
            "RETRY-PAUSES-DO-NOT-GROW",
            "RETRY-PAUSES-WITHOUT-JITTER",
        ),
        title="Repeat transient failures of reads a few times, and obey Retry-After",
        costs="The exchange bans the address, and every other client behind it.",
        python="""
for attempt in range(3):
    response = self._read(...)                # signed anew each time
    if response.status_code not in (429, 502, 503, 504):
        break
    time.sleep(retry_after(response) or 2 ** attempt * random.uniform(0.5, 1.5))
""",
        javascript="""
for (let attempt = 0; attempt < 3 && TRANSIENT.has(status); attempt++) await sleep(retryAfter ?? 1000 * 2 ** attempt);
""",
        php="""
for ($attempt = 0; $attempt < 3 && in_array($status, [429, 502, 503, 504], true); $attempt++)
    sleep($retryAfter ?? 2 ** $attempt);
""",
        go="""
for attempt := 0; attempt < 3 && transient(status); attempt++ { time.Sleep(wait(response, attempt)) }
""",
        java="""
for (int attempt = 0; attempt < 3 && TRANSIENT.contains(status); attempt++) Thread.sleep(wait(response, attempt));
""",
        bash="""
curl --retry 3 ...                            # for public reads alone: it repeats the same bytes
""",
    ),
    Remedy(
        codes=("RETRY-KEEPS-NONCE", "RETRY-KEEPS-TIMESTAMP", "RETRY-KEEPS-SIGNATURE", "RETRY-NOT-STAMPED-ANEW"),
        title="Draw nonce and timestamp anew for every transmission, then sign",
        costs="The retry is refused for its nonce, so that the first failure is reported as bad credentials.",
        python="""
for attempt in range(3):
    body = self._built_and_signed(parameters) # inside the loop
    response = self._post(body)
""",
        javascript="""
for (let attempt = 0; attempt < 3; attempt++) await this.#send(this.#signed(parameters));   // signed inside
""",
        php="""
for ($attempt = 0; $attempt < 3; $attempt++) { $this->send($this->signed($parameters)); }   // signed inside
""",
        go="""
for attempt := 0; attempt < 3; attempt++ { s.send(s.signed(values)) } // signed inside
""",
        java="""
for (int attempt = 0; attempt < 3; attempt++) send(signed(parameters));   // signed inside
""",
        bash="""
for attempt in 1 2 3; do body=$(build) && send "$body" && break; done
""",
    ),
)
