"""What the machinery in front of an exchange says when it says something itself: pages of HTML where JSON is expected.

The words that clients look for are those that users of live exchanges reported: facts about Poloniex, section 2.8.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from mockserver.core.answers import Answer

_HTML = "text/html; charset=UTF-8"

#: What Cloudflare names its own statuses, and whose fault each is.
_CLOUDFLARE: Mapping[int, tuple[str, str]] = {
    403: ("Access denied", "The owner of this website has banned your access."),
    429: ("You are being rate limited", "The owner of this website has banned you temporarily. Error 1015."),
    500: ("Internal server error", "The web server reported an internal error."),
    502: ("Bad gateway", "The web server reported a bad gateway error."),
    503: ("Service temporarily unavailable", "The web server cannot handle the request now."),
    504: ("Gateway time-out", "The web server reported a gateway time-out error."),
    520: ("Web server is returning an unknown error", "The web server sent something that is no answer."),
    521: ("Web server is down", "The web server refused the connection."),
    522: ("Connection timed out", "The web server could not be reached in time."),
    523: ("Origin is unreachable", "The way to the web server is not known."),
    524: ("A timeout occurred", "The web server took the request and did not answer in time."),
    525: ("SSL handshake failed", "The web server does not speak TLS as it should."),
    526: ("Invalid SSL certificate", "The web server's certificate cannot be verified."),
}
_RAY = "5eed0000c0ffee00-NON"
_CLOUDFLARE_HEADERS = (("Server", "cloudflare"), ("CF-RAY", _RAY), ("Cache-Control", "private, no-store"))

_PLAIN = """<!DOCTYPE html>
<html lang="en"><head><title>{status} | exchange front</title></head>
<body><h1>Error {status}</h1><p>The front of the exchange could not pass your request on.</p>
<p>Ray: 5eed0000c0ffee &bull; Try again in a few minutes.</p></body></html>
"""

_ERROR = """<!DOCTYPE html>
<html lang="en-US"><head><title>exchange | {status}: {name}</title>
<meta charset="UTF-8" /><meta name="robots" content="noindex, nofollow" /></head>
<body><div id="cf-wrapper"><div id="cf-error-details">
<h1><span>{name}</span> <span>Error code {status}</span></h1>
<h2>What happened?</h2><p>{cause}</p>
<h2>What can I do?</h2><p>Please try again in a few minutes.</p>
<p>Cloudflare Ray ID: <strong>{ray}</strong></p></div></div></body></html>
"""

_CHALLENGE = """<!DOCTYPE html>
<html lang="en-US"><head><title>Attention Required! | Cloudflare</title><meta charset="UTF-8" /></head>
<body><div id="cf-wrapper"><h1>One more step</h1>
<h2>Please complete the security check to proceed.</h2>
<form id="challenge-form" action="/cdn-cgi/l/chk_captcha" method="get"><div class="g-recaptcha"></div></form>
<p>Cloudflare Ray ID: <strong>{ray}</strong></p></div></body></html>
"""

_MAINTENANCE = """<!DOCTYPE html>
<html lang="en"><head><title>Maintenance Mode</title><meta charset="UTF-8" /></head>
<body><h1>Maintenance Mode</h1><p>The exchange is being looked after, and will be back soon.</p></body></html>
"""


def page(status: int, body: str) -> Answer:
    """Return what stands in front of an exchange says when it says something itself.

    Args:
        status: The HTTP status.
        body: `json`, `html`, `cloudflare`, `challenge`, `throttled`, `maintenance`; anything else for nothing.
    """
    match body:
        case "json":
            return Answer(status=status, body=json.dumps({"error": f"front: {status}"}).encode())
        case "html":
            return Answer(status=status, body=_PLAIN.format(status=status).encode(), content_type=_HTML)
        case "cloudflare" | "throttled":
            name, cause = _CLOUDFLARE[429] if body == "throttled" else _CLOUDFLARE.get(status, ("Error", "Unknown."))
            return _from_cloudflare(status, _ERROR.format(status=status, name=name, cause=cause, ray=_RAY))
        case "challenge":
            return _from_cloudflare(status, _CHALLENGE.format(ray=_RAY))
        case "maintenance":
            return Answer(status=status, body=_MAINTENANCE.encode(), content_type=_HTML)
        case _:
            return Answer(status=status, body=b"")


def _from_cloudflare(status: int, text: str) -> Answer:
    return Answer(status=status, body=text.encode(), content_type=_HTML, headers=_CLOUDFLARE_HEADERS)
