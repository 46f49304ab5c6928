"""Remedies for programs that share a key, for calls that wait on one another, and for limits of time."""

from __future__ import annotations

from harness.remedies.remedy import Remedy

TOGETHER: tuple[Remedy, ...] = (
    Remedy(
        codes=("NONCE-NOT-SHARED", "FORK-CONTINUES"),
        title="Draw each nonce from a file that every process locks",
        costs="A bot and a script with one key, or two workers of one server, refuse each other's calls, and neither"
        " of them says why.",
        python="""
with open(path, "a+") as file:                # opened anew for each call: a forked child must not share it
    fcntl.flock(file, fcntl.LOCK_EX)          # held until the answer is there
    file.seek(0); last = int(file.read() or 0)
    nonce = max(last + 1, time.time_ns() // 1_000_000)
    file.truncate(0); file.write(str(nonce)); file.flush()
    return send(signed(nonce))
""",
        javascript="""
const release = await lockfile.lock(path);    // proper-lockfile
try {
  const nonce = Math.max(Number(await readFile(path, "utf8")) + 1, Date.now());
  await writeFile(path, String(nonce));
  return await this.#send(nonce);
} finally { await release(); }
""",
        php="""
$file = fopen($path, 'c+'); flock($file, LOCK_EX);           // until the answer is there
$nonce = max((int) stream_get_contents($file) + 1, (int) (microtime(true) * 1000));
ftruncate($file, 0); rewind($file); fwrite($file, (string) $nonce); fflush($file);
try { return $this->send($nonce); } finally { flock($file, LOCK_UN); }
""",
        go="""
syscall.Flock(int(file.Fd()), syscall.LOCK_EX)
defer syscall.Flock(int(file.Fd()), syscall.LOCK_UN)
nonce := max(lastIn(file)+1, time.Now().UnixMilli())
""",
        java="""
try (FileChannel file = FileChannel.open(path, READ, WRITE, CREATE); FileLock lock = file.lock()) {
    long nonce = Math.max(lastIn(file) + 1, System.currentTimeMillis());
    write(file, nonce); return send(nonce);
}
""",
        bash="""
( flock 9; nonce=$(next_nonce); call "$nonce" "$@" ) 9>>"$state.lock"
""",
    ),
    Remedy(
        codes=("SENT-ONE-BY-ONE", "PUBLIC-WAITS-FOR-PRIVATE"),
        title="Lock only what has to go in turn",
        costs="Prices stand still while an order is under way; ten calls take ten round trips.",
        python="""
async def public(self, path): return await self._get(path)   # no lock here
async def private(self, path):
    async with self._lock: return await self._signed(path)
""",
        javascript="""
publicCall(path) { return this.#get(path); }  // not in the queue of private calls
""",
        php="""
$multi = curl_multi_init();                   // public handles of their own, outside of the locked section
""",
        go="""
func (c *Client) Ticker() (Ticker, error) { return c.get("/ticker") }   // does not take c.mu
""",
        java="""
CompletableFuture<Ticker> ticker() { return http.sendAsync(get("/ticker"), ofString()).thenApply(this::read); }
""",
        bash="""
curl -s "$url/ticker" & private_call balances # the lock is inside of private_call
""",
    ),
    Remedy(
        codes=("TIMED-BY-THE-WALL-CLOCK",),
        title="Measure time limits with the monotonic clock",
        costs="When the clock is set, a call hangs for as long as it went back, or fails although its answer is on"
        " the way.",
        python="""
end = time.monotonic() + limit_s              # not time.time()
""",
        javascript="""
const end = performance.now() + limitMs;      // not Date.now()
""",
        php="""
$end = hrtime(true) + $limitNs;               // not microtime
""",
        go="""
ctx, cancel := context.WithTimeout(ctx, limit)  // time.Now carries the monotonic clock; .Round(0) drops it
""",
        java="""
long end = System.nanoTime() + limitNs;       // not currentTimeMillis; HttpClient of Java 17 needs a timer of your own
""",
        bash="""
curl --max-time "$limit" ...                  # not a loop around date
""",
    ),
)
