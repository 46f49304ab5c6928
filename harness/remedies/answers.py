"""Remedies for reading answers and telling the user."""

from __future__ import annotations

from harness.remedies.remedy import Remedy

ANSWERS: tuple[Remedy, ...] = (
    Remedy(
        codes=(
            "REFUSAL-AS-SUCCESS",
            "ERROR-AS-SUCCESS",
            "ODD-ERROR-AS-SUCCESS",
            "RATE-REFUSAL-AS-SUCCESS",
            "RUBBISH-AS-DATA",
            "SUCCESS-MARKER-MISREAD",
        ),
        title="Look at the status and at the exchange's marks of failure before reading anything else",
        costs="The user believes in an order that was refused, or in a balance that is a page of HTML.",
        python="""
data = response.json()                        # raises on what is no JSON
if response.status_code >= 400 or (isinstance(data, dict) and data.get("error")):
    raise error_of(response.status_code, data)
""",
        javascript="""
const data = JSON.parse(await response.text());
if (!response.ok || data?.error) throw errorOf(response.status, data);
""",
        php="""
$data = json_decode($text, true, 512, JSON_THROW_ON_ERROR);
if ($status >= 400 || !empty($data['error'])) throw ApiError::of($status, $data);
""",
        go="""
if err := json.Unmarshal(raw, &answer); err != nil || response.StatusCode >= 400 || answer.Error != "" {
	return errorOf(response.StatusCode, raw)
}
""",
        java="""
JsonNode data = mapper.readTree(response.body());
if (response.statusCode() >= 400 || !data.path("error").asText().isEmpty()) throw errorOf(response, data);
""",
        bash="""
status=$(curl -sS -o answer.json -w '%{http_code}' ...)
[ "$status" -lt 400 ] && jq -e '(.error // "") == ""' answer.json >/dev/null || exit 1
""",
    ),
    Remedy(
        codes=(
            "ERROR-WITHOUT-WORDS",
            "CREDENTIALS-MISNAMED",
            "FRESHNESS-AS-CREDENTIALS",
            "PERMISSION-MISNAMED",
            "NONCE-REFUSAL-MISNAMED",
            "ABSENCE-MISNAMED",
            "WANT-OF-MONEY-MISNAMED",
            "PARAMETERS-MISNAMED",
            "GONE-AS-FAILED",
        ),
        title="Map the exchange's codes to classes of error, and keep its own words",
        costs="A bot that takes a stale nonce for a revoked key stops trading; one that takes a missing right for a"
        " transient failure never stops asking.",
        python="""
KINDS = {"Invalid API key/secret pair.": AuthenticationError, "Nonce must be greater": InvalidNonce}
raise kind(f"{text} (status {status})")       # the exchange's text stays in the message
""",
        javascript="""
throw new (KINDS.get(code) ?? ApiError)(`${code}: ${text}`, { cause: { status, body } });
""",
        php="""
throw match (true) { str_starts_with($text, 'Nonce must') => new InvalidNonce($text), default => new ApiError($text) };
""",
        go="""
var ErrNonce = errors.New("nonce refused")
return fmt.Errorf("%w: %s (status %d)", kindOf(text), text, status)
""",
        java="""
throw switch (kindOf(code)) { case NONCE -> new InvalidNonce(text); default -> new ApiException(code, text); };
""",
        bash="""
echo "refused: $(jq -r .error answer.json)" >&2; exit 1
""",
    ),
    Remedy(
        codes=(
            "OPEN-OUTCOME-AS-REFUSAL",
            "OPEN-OUTCOME-AS-SUCCESS",
            "CAUSE-HIDDEN-BY-RETRY",
        ),
        title="Report a lost answer and a 5xx as an open outcome, apart from refusals",
        costs="A user who is told that an order failed places it again, and has it twice.",
        python="""
except (ConnectionError, Timeout) as lost:
    raise OutcomeUnknown("the order may stand: look at your open orders") from lost
""",
        javascript="""
catch (lost) { throw new OutcomeUnknown("the order may stand", { cause: lost }); }
""",
        php="""
if (curl_errno($curl)) throw new OutcomeUnknown(curl_error($curl));
""",
        go="""
if err != nil { return fmt.Errorf("%w: %w", ErrOutcomeUnknown, err) }
""",
        java="""
catch (IOException lost) { throw new OutcomeUnknown("the order may stand", lost); }
""",
        bash="""
curl ... || { echo "no answer: the order may stand" >&2; exit 75; }
""",
    ),
    Remedy(
        codes=(
            "CUT-ANSWER-AS-DATA",
            "STALL-AS-SUCCESS",
            "RESET-AS-SUCCESS",
            "PIECES-NOT-JOINED",
        ),
        title="Read to the end, and take an incomplete answer for a failure",
        costs="Half a list of open orders is taken for all of them, and the rest is forgotten.",
        python="""
text = response.content                       # raises where Content-Length is not reached (requests >= 2.32)
data = json.loads(text)
""",
        javascript="""
const data = JSON.parse(await response.text());   // await the whole body; no first chunk
""",
        php="""
curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);  // then curl_errno() before the body is believed
""",
        go="""
raw, err := io.ReadAll(response.Body)         // err is io.ErrUnexpectedEOF for a cut body
""",
        java="""
HttpResponse.BodyHandlers.ofByteArray();      // HttpURLConnection gives half a body without a word
""",
        bash="""
curl -sS -f -o answer.json ... || exit 75     # status 18 is a cut body
""",
    ),
    Remedy(
        codes=("EMPTY-CONTAINER-MISREAD",),
        title="Take [] and {} alike where a container is expected",
        costs="The client breaks on an account without orders, which is every new account.",
        python="""
orders = data or {}                           # [] and {} are both empty
""",
        javascript="""
const orders = Array.isArray(data) && !data.length ? {} : data;
""",
        php="""
$orders = $data ?: [];
""",
        go="""
if string(raw) == "[]" { raw = []byte("{}") }
""",
        java="""
JsonNode orders = data.isArray() && data.isEmpty() ? mapper.createObjectNode() : data;
""",
        bash="""
jq 'if . == [] then {} else . end'
""",
    ),
    Remedy(
        codes=("ANSWER-MISDELIVERED", "QUEUE-BLOCKED", "SESSION-UNUSABLE-AFTER-TIMEOUT"),
        title="Keep each request with its answer, and release locks on every path",
        costs="One call's answer is given to another: a balance as an order, somebody's order id as yours.",
        python="""
async with self._lock, self._session.post(...) as response:   # released on timeouts and cancellations too
    return await response.json()
""",
        javascript="""
try { return await send(); } finally { release(); }
""",
        php="""
$handle = curl_init(); try { return send($handle); } finally { curl_close($handle); }   // a handle for each call
""",
        go="""
defer s.mu.Unlock()
defer response.Body.Close()
""",
        java="""
lock.lock(); try { return send(request); } finally { lock.unlock(); }
""",
        bash="""
answer=$(mktemp); trap 'rm -f "$answer"' EXIT   # a file for each call
""",
    ),
    Remedy(
        codes=("CALL-HANGS", "TIME-LIMIT-EXCEEDED", "DEAD-CONNECTION-USED"),
        title="Count everything against one deadline",
        costs="A bot stands still while the market moves.",
        python="""
async with asyncio.timeout(10):               # connecting, waiting, reading, retries
    ...
""",
        javascript="""
await fetch(url, { signal: AbortSignal.timeout(10_000) });
""",
        php="""
curl_setopt_array($curl, [CURLOPT_CONNECTTIMEOUT => 3, CURLOPT_TIMEOUT => 10]);
""",
        go="""
ctx, cancel := context.WithTimeout(ctx, 10*time.Second); defer cancel()
""",
        java="""
HttpRequest.newBuilder().timeout(Duration.ofSeconds(10));
""",
        bash="""
curl --connect-timeout 3 --max-time 10 ...
""",
    ),
    Remedy(
        codes=("KEY-ON-PUBLIC-CALL", "SIGNED-PUBLIC-CALL", "PUBLIC-NEEDS-CREDENTIALS"),
        title="Leave authentication out of public calls",
        costs="Keys travel where they need not, nonces are used up, and nobody can look at prices without an account.",
        python="""
def ticker(self): return self._get("/ticker")             # no key, no signature
def balances(self): return self._signed_post("/balances") # asks for credentials here
""",
        javascript="""
ticker() { return this.#get("/ticker"); }
""",
        php="""
public function ticker(): array { return $this->get('/ticker'); }
""",
        go="""
func (c *Client) Ticker() (Ticker, error) { return get[Ticker](c, "/ticker") }
""",
        java="""
public Ticker ticker() { return get("/ticker", Ticker.class); }
""",
        bash="""
ticker() { curl -sS "$BASE_URL/ticker"; }
""",
    ),
    Remedy(
        codes=("CREDENTIALS-FOLLOW-REDIRECT", "REDIRECT-FOLLOWED", "REDIRECT-AS-SUCCESS", "REDIRECTS-WITHOUT-END"),
        title="Switch redirects off for private calls, and report them as failures",
        costs="Key and signature, with 307 the whole order, go to whatever host an answer names.",
        python="""
response = session.post(url, data=body, allow_redirects=False)
if 300 <= response.status_code < 400:
    raise ApiError("the exchange redirected a private call")
""",
        javascript="""
await fetch(url, { method: "POST", body, redirect: "error" });
""",
        php="""
curl_setopt($curl, CURLOPT_FOLLOWLOCATION, false);
""",
        go="""
client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
""",
        java="""
HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER);
""",
        bash="""
curl --max-redirs 0 ...                       # and no -L
""",
    ),
)
