"""What to tell each stack so that it leaves signed requests alone; the laboratory's third mode tries it."""

from __future__ import annotations

from collections.abc import Mapping

from harness.stacks.probes import Matter

_D, _R, _A, _S = Matter.DROPPED, Matter.REDIRECTED, Matter.ANSWERED, Matter.SLOW

#: By stack and matter, a line each; where a stack needs none, none stands here.
CURES: Mapping[str, Mapping[Matter, str]] = {
    "requests": {
        _R: "`allow_redirects=False` in every call",
        _A: "none; a 103 is taken for the answer, so take no status below 200 for one",
        _S: "`timeout=(3, 10)` in every call",
    },
    "httpx": {_R: "leave `follow_redirects` off, as it is by itself"},
    "aiohttp": {
        _D: "no public switch; `session._retry_connection = False` on a pinned version, or send signed reads by POST",
        _R: "`allow_redirects=False` in every call",
        _S: "`ClientSession(timeout=ClientTimeout(total=10))`",
    },
    "urllib": {
        _R: "an opener with an `HTTPRedirectHandler` whose `redirect_request` returns None",
        _S: "`timeout=10` in every call",
    },
    "urllib3": {
        _D: "`PoolManager(retries=False)`",
        _R: "`PoolManager(retries=False)`, or `redirect=False` in every call",
        _A: "none; a 103 is taken for the answer, so take no status below 200 for one",
        _S: "`PoolManager(timeout=10)`",
    },
    "fetch": {
        _R: '`redirect: "manual"` in every call',
        _S: "`signal: AbortSignal.timeout(10_000)` in every call",
    },
    "http": {_S: "`signal: AbortSignal.timeout(10_000)` in every call"},
    "undici": {
        _R: "leave `interceptors.redirect` out",
        _S: "`headersTimeout` and `bodyTimeout`",
    },
    "axios": {
        _R: "`maxRedirects: 0`",
        _S: "`timeout: 10_000`",
    },
    "got": {
        _D: "`retry: { limit: 0 }`",
        _R: "`followRedirect: false`",
        _S: "`timeout: { request: 10_000 }`",
    },
    "php-curl": {
        _D: "`CURLOPT_FRESH_CONNECT` and `CURLOPT_FORBID_REUSE`: a fresh connection for each signed request",
        _R: "leave `CURLOPT_FOLLOWLOCATION` off, as it is by itself",
        _S: "`CURLOPT_TIMEOUT`",
    },
    "php-streams": {
        _R: "`'follow_location' => 0` in the context",
        _A: "none; compare the length of what came with `Content-Length`, for a cut answer is no error",
        _S: "`'timeout' => 10` in the context",
    },
    "curl": {
        _D: "one start for each signed request, or `--header 'Connection: close'`",
        _R: "leave `--location` out",
        _S: "`--max-time 10`",
    },
    "go": {
        _D: "`DisableKeepAlives: true` in the transport that sends signed reads; it never sends a POST again",
        _R: "`CheckRedirect` that returns `http.ErrUseLastResponse`",
        _S: "`Client.Timeout`",
    },
    "java-client": {
        _D: "`-Djdk.httpclient.redirects.retrylimit=1`, which counts attempts too; `enableAllMethodRetry` stays off",
        _R: "leave `followRedirects` at `NEVER`, as it is by itself",
        _S: "`HttpRequest.Builder.timeout`",
    },
    "java-connection": {
        _D: "`-Dsun.net.http.retryPost=false` for a POST that was read; nothing for GET and DELETE: use `HttpClient`",
        _R: "`setInstanceFollowRedirects(false)`",
        _A: "none; compare the length of what came with `Content-Length`, and take no status below 200 for an answer",
        _S: "`setReadTimeout(10_000)`",
    },
    "ruby": {
        _D: "`http.max_retries = 0`",
        _A: "compare the body's length with `Content-Length`; `http.ignore_eof = false` where Net::HTTP knows it",
        _S: "`http.read_timeout = 10`",
    },
}


def cure_of(stack: str, matter: Matter) -> str:
    """Return the line that mends a stack in a matter; nothing where nothing has to be mended."""
    return CURES.get(stack, {}).get(matter, "")
