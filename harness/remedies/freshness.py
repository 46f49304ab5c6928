"""Remedies for nonces and timestamps."""

from __future__ import annotations

from harness.remedies.remedy import Remedy

FRESHNESS: tuple[Remedy, ...] = (
    Remedy(
        codes=(
            "NONCE-REPEATED",
            "NONCE-WENT-BACK",
            "NONCE-TOO-COARSE",
            "NONCE-NOT-LOCKED",
            "NONCE-IN-SECONDS",
            "NONCE-UNIT-CHANGES",
            "NONCE-IN-LOCAL-TIME",
            "NONCE-ROUNDED-BY-FLOAT",
            "NONCE-COUNTED-FROM-ONE",
            "NONCE-COUNTED-TWICE-OVER",
            "NONCE-LOST-ON-RESTART",
            "NONCE-OFF-THE-RECOMMENDED-UNIT",
            "NONCE-TAKEN-FROM-A-TEXT",
        ),
        title="Take max(last + 1, clock) under one lock for each key, and write it down",
        costs="Two calls within one tick carry the same nonce and one is refused; after a restart, a change of the"
        " clock or of the unit every call is refused until the clock has caught up, which takes days where the"
        " unit became finer and coarse again.",
        python="""
class Nonces:
    def __init__(self, last=0):
        self._last, self._lock = last, threading.Lock()
    def next(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, time.time_ns() // 1_000_000)   # integers, UTC
            return self._last
""",
        javascript="""
let last = 0n;
const next = () => (last = [last + 1n, BigInt(Date.now())].reduce((a, b) => (a > b ? a : b)));
""",
        php="""
$file = fopen($path, 'c+'); flock($file, LOCK_EX);           // processes share one key
$nonce = max((int) stream_get_contents($file) + 1, (int) (microtime(true) * 1000));
ftruncate($file, 0); rewind($file); fwrite($file, (string) $nonce); fflush($file); flock($file, LOCK_UN);
""",
        go="""
func (n *Nonces) Next() int64 {
	n.mu.Lock(); defer n.mu.Unlock()
	n.last = max(n.last+1, time.Now().UnixMilli())
	return n.last
}
""",
        java="""
long next() { return last.updateAndGet(before -> Math.max(before + 1, System.currentTimeMillis())); }  // AtomicLong
""",
        bash="""
next_nonce() {                                # one lock for every process that uses the key
  exec 9>>"$state.lock"; flock 9
  local now last; now=$(date -u +%s%3N); last=$(cat "$state" 2>/dev/null || echo 0)
  echo $(( now > last ? now : last + 1 )) | tee "$state"
  exec 9>&-
}
""",
    ),
    Remedy(
        codes=(
            "NONCE-NOT-AN-INTEGER",
            "NONCE-IN-SCIENTIFIC-NOTATION",
            "NONCE-HAS-FRACTION",
            "NONCE-MISWRITTEN",
            "NONCE-OUT-OF-RANGE",
        ),
        title="Keep the nonce an integer, and print it as one",
        costs="Calls are refused, some of them only: `1e+15` appears when a float passes a limit.",
        python="""
nonce = str(time.time_ns() // 1_000_000)      # not str(time.time() * 1000)
""",
        javascript="""
const nonce = String(Date.now());             // beyond 2^53 use BigInt, not Number
""",
        php="""
$nonce = sprintf('%d', (int) (microtime(true) * 1000));   // not (string) microtime(true)
""",
        go="""
nonce := strconv.FormatInt(time.Now().UnixMilli(), 10)    // not fmt.Sprint(float64(...))
""",
        java="""
String nonce = Long.toString(System.currentTimeMillis()); // not Double.toString
""",
        bash="""
nonce=$(date -u +%s%3N)                       # not bc, not awk without %d
""",
    ),
    Remedy(
        codes=("NONCE-ILL-FORMED", "NONCE-OF-WRONG-LENGTH", "NONCE-OF-WRONG-ALPHABET", "RANDOM-NONCE-FORESEEABLE"),
        title="Draw 32 letters and digits at random",
        costs="The documents allow the exchange to refuse every call; some servers do not look, until they do.",
        python="""
nonce = secrets.token_hex(16)                 # 32 characters
""",
        javascript="""
const nonce = crypto.randomBytes(16).toString("hex");
""",
        php="""
$nonce = bin2hex(random_bytes(16));
""",
        go="""
raw := make([]byte, 16); rand.Read(raw); nonce := hex.EncodeToString(raw)   // crypto/rand
""",
        java="""
String nonce = UUID.randomUUID().toString().replace("-", "");
""",
        bash="""
nonce=$(openssl rand -hex 16)
""",
    ),
    Remedy(
        codes=("SENT-OUT-OF-ORDER",),
        title="Hold one lock from drawing the nonce until the request is written",
        costs="Of two calls made together the later nonce arrives first, and the other call is refused: an order"
        " that was not placed, once in some hundred pairs.",
        python="""
async with self._lock:                        # one lock for each key, around both
    body = self._signed(self._nonces.next(), parameters)
    return await self._send(body)
""",
        javascript="""
this.#tail = this.#tail.then(() => this.#send(parameters), () => this.#send(parameters));  // one after another
return this.#tail;
""",
        php="""
flock($lock, LOCK_EX);                        // before the nonce is drawn
try { return $this->send($parameters); } finally { flock($lock, LOCK_UN); }
""",
        go="""
s.mu.Lock(); defer s.mu.Unlock()              // around drawing, signing and sending
return s.send(values)
""",
        java="""
synchronized (lock) { return send(signed(nonces.next(), parameters)); }
""",
        bash="""
( flock 9; call "$@" ) 9>>"$state.lock"       # around drawing, signing and sending
""",
    ),
    Remedy(
        codes=("REQUEST-REPLAYED",),
        title="Let no layer below send a signed request again",
        costs="The same bytes arrive twice. A strict exchange refuses the second; the user is told of a failure"
        " although the order stands.",
        python="""
session.mount("https://", HTTPAdapter(max_retries=0))     # and no urllib3 Retry with allowed_methods=None
""",
        javascript="""
new https.Agent({ keepAlive: false });        // or catch ECONNRESET and sign anew
""",
        php="""
curl_setopt($curl, CURLOPT_FRESH_CONNECT, true);          // libcurl repeats a request on a dead kept connection
""",
        go="""
request.GetBody = nil                         // net/http then cannot repeat it on a connection that was closed
""",
        java="""
System.setProperty("sun.net.http.retryPost", "false");    // HttpURLConnection repeats POSTs; HttpClient does not
""",
        bash="""
curl --retry 0 ...
""",
    ),
    Remedy(
        codes=(
            "TIMESTAMP-IN-SECONDS",
            "TIMESTAMP-IN-MICROSECONDS",
            "TIMESTAMP-IN-LOCAL-TIME",
            "TIMESTAMP-MISWRITTEN",
            "TIMESTAMP-OFF",
            "HOST-SHOWS-THROUGH",
        ),
        title="Send milliseconds since 1970 in UTC",
        costs="Every private call is refused; with local time, only for users in other zones or after the clocks"
        " change.",
        python="""
now_ms = time.time_ns() // 1_000_000          # not datetime.utcnow().timestamp(), which is local
""",
        javascript="""
const nowMs = Date.now();
""",
        php="""
$nowMs = (int) (microtime(true) * 1000);
""",
        go="""
now := time.Now().UnixMilli()
""",
        java="""
long now = System.currentTimeMillis();        // not LocalDateTime
""",
        bash="""
now_ms=$(date -u +%s%3N)
""",
    ),
    Remedy(
        codes=("TIMESTAMP-TAKEN-TOO-EARLY", "TIMESTAMP-NOT-RENEWED"),
        title="Take the clock after every wait, just before signing",
        costs="A call that had to wait for a slot or a lock arrives too old and is refused: under load, when it hurts.",
        python="""
async with self._slots:
    timestamp = time.time_ns() // 1_000_000   # inside, after the wait
""",
        javascript="""
await this.#slot();
const timestamp = Date.now();                 // after the await
""",
        php="""
$this->limiter->wait();
$timestamp = (int) (microtime(true) * 1000);
""",
        go="""
limiter.Wait(ctx)
timestamp := time.Now().UnixMilli()
""",
        java="""
slots.acquire();
long timestamp = System.currentTimeMillis();
""",
        bash="""
sleep "$pause"; now_ms=$(date -u +%s%3N)      # in this order
""",
    ),
    Remedy(
        codes=("WINDOW-BEYOND-LIMIT", "WINDOW-NOT-SIGNED"),
        title="Name the window in milliseconds, within the limit, before signing",
        costs="Every call is refused: the window is malformed, or the signature is that of another request.",
        python="""
query = urlencode({**params, "recvWindow": min(window_ms, 60_000), "timestamp": time.time_ns() // 1_000_000})
signed = query + "&signature=" + hmac.new(secret, query.encode(), "sha256").hexdigest()
""",
        javascript="""
const query = new URLSearchParams({ ...params, recvWindow: Math.min(windowMs, 60_000), timestamp: Date.now() });
query.append("signature", createHmac("sha256", secret).update(query.toString()).digest("hex"));
""",
        php="""
$query = http_build_query($params + ['recvWindow' => min($windowMs, 60000), 'timestamp' => $nowMs]);
$signed = $query . '&signature=' . hash_hmac('sha256', $query, $secret);
""",
        go="""
values.Set("recvWindow", strconv.FormatInt(min(windowMs, 60_000), 10))
query := values.Encode()                       // now sign it: nothing is added but the signature
""",
        java="""
params.put("recvWindow", Long.toString(Math.min(windowMs, 60_000)));
String query = encoded(params);                // now sign it: nothing is added but the signature
""",
        bash="""
query="$params&recvWindow=$((window_ms < 60000 ? window_ms : 60000))&timestamp=$(date -u +%s%3N)"
signature=$(printf %s "$query" | openssl dgst -sha256 -hmac "$secret" | sed 's/^.* //')
""",
    ),
    Remedy(
        codes=("CLOCK-BEHIND", "CLOCK-AHEAD", "OFFSET-NOT-LEARNT", "OFFSET-NOT-RENEWED", "OFFSET-MISJUDGED"),
        title="Measure the offset against the exchange, and add it",
        costs="Every private call is refused on a machine whose clock is off by more than the window.",
        python="""
server = parsedate_to_datetime(response.headers["Date"]).timestamp() * 1000
offset_ms = int(server + 500 - time.time() * 1000)        # the header has whole seconds
""",
        javascript="""
const offsetMs = Date.parse(response.headers.get("date")) + 500 - Date.now();
""",
        php="""
$offsetMs = strtotime($headers['date']) * 1000 + 500 - (int) (microtime(true) * 1000);
""",
        go="""
server, err := http.ParseTime(response.Header.Get("Date"))
offset := time.Until(server.Add(500 * time.Millisecond))
""",
        java="""
Instant server = DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
long offset = server.toEpochMilli() + 500 - System.currentTimeMillis();
""",
        bash="""
server=$(curl -sI "$url" | sed -n 's/^[Dd]ate: //p' | tr -d '\\r')
offset_ms=$(( $(date -d "$server" +%s) * 1000 + 500 - $(date +%s%3N) ))
""",
    ),
)
