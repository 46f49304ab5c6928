"""Every mistake that a finding may name: what the harness saw in a client's conduct, and what to do instead.

Mistakes of signing belong to the doctor, who has a table of his own; here stand the ones that show in what a client
sends, repeats, reports or prints. A code that was once released is never renamed and never reused.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from signer.doctor import CODES, Explanation

_FIXED = "Format money in fixed notation from decimals or text, and keep floats out of its way."
_KEPT = "Keep decimals and identifiers of answers as text, or parse them exactly."
_MAX = "Take max(last + 1, clock) under one lock per key."
_DIGITS = "Keep the nonce an integer and print it as one."
_BOTH = "Look at the status and at the exchange's own marks of failure before reading anything else."
_OFF = "Switch redirects off for private calls, and report the answer as a failure."
_NAMED = "Map the exchange's codes and texts to the matching class of error."
_HUSH = "Keep the secret in one private place, out of logs, errors, copies of the configuration and text forms."
_EACH = "Draw nonce and timestamp anew for every transmission, then sign."
_WHOLE = "Check that the answer is complete, and report an incomplete one as a failure."
_OPEN = "Report lost answers and 5xx as an open outcome, apart from refusals."
_BY_PROXY = "Hand the proxy to the HTTP library, and its credentials to the proxy alone."
_VERIFY = "Leave every check of the TLS library on, and add the authorities that are to be trusted besides."
_STOP = "Try again a few times at most, within the call's time limit, then report the refusal."

_TABLE: dict[str, tuple[str, str]] = {
    # Nonces.
    "NONCE-NOT-LOCKED": ("Two calls made together drew one nonce.", "Draw nonces under a lock."),
    "SENT-OUT-OF-ORDER": (
        "Nonces were drawn in order and sent out of order.",
        "Hold one lock from drawing the nonce until the request is written.",
    ),
    "NONCE-LOST-ON-RESTART": (
        "The first nonce after a restart is not above the last one before it.",
        "Write the last nonce down before it is sent, or begin well above the clock.",
    ),
    "NONCE-IN-SCIENTIFIC-NOTATION": ("The nonce is written with an exponent.", _DIGITS),
    "NONCE-HAS-FRACTION": ("The nonce is written with a fraction.", _DIGITS),
    "NONCE-MISWRITTEN": ("The nonce is not plain decimal digits.", _DIGITS),
    "NONCE-OUT-OF-RANGE": (
        "The nonce leaves the documented range, or will within ten years.",
        "Count in milliseconds.",
    ),
    "NONCE-OF-WRONG-LENGTH": ("The random nonce has another length than documented.", "Use 32 letters and digits."),
    "NONCE-OF-WRONG-ALPHABET": ("The random nonce has other characters than documented.", "Use letters and digits."),
    "NONCE-REFUSAL-MISNAMED": ("A refused nonce was reported as something else.", _NAMED),
    "NONCE-RETRY-SPINS": ("A call whose nonce was refused was sent again and again.", _STOP),
    "NONCE-TAKEN-FROM-A-TEXT": (
        "A number out of a refusal became the next nonce.",
        "Take nonces from a source of your own.",
    ),
    "NONCE-OFF-THE-RECOMMENDED-UNIT": ("The nonce does not count milliseconds.", "Count milliseconds since 1970."),
    "NONCE-NOT-SHARED": (
        "Two programs with one key refuse each other's nonces.",
        "Draw each nonce from a file that both lock.",
    ),
    "RANDOM-NONCE-FORESEEABLE": (
        "Random nonces came again in another program or after a restart.",
        "Take them from the system's randomness.",
    ),
    "FORK-CONTINUES": (
        "A forked child and its parent went on from the same place.",
        "Look the last nonce up where both see it, and draw randomness from the system.",
    ),
    "REQUEST-REPLAYED": ("A request was sent twice, byte for byte.", _EACH),
    # Timestamps.
    "TIMESTAMP-MISWRITTEN": ("The timestamp is not written as documented.", "Write it as plain decimal digits."),
    "TIMESTAMP-OFF": ("The timestamp is far from now in every known unit.", "Take it from the clock, in UTC."),
    "TIMESTAMP-TAKEN-TOO-EARLY": (
        "The timestamp was taken before the request had to wait.",
        "Take the clock after every wait, just before signing.",
    ),
    "WINDOW-BEYOND-LIMIT": (
        "The request asks for a wider window than there is, or writes it otherwise than documented.",
        "Write the window in milliseconds, and keep it within the documented limit.",
    ),
    "WINDOW-NOT-SIGNED": (
        "The window was added to the request after it was signed.",
        "Add the window first, and sign the request that has it.",
    ),
    "RETRY-NOT-STAMPED-ANEW": ("A retry carries the timestamp of the attempt before it.", _EACH),
    "OFFSET-NOT-LEARNT": ("The exchange's clock was not learnt.", "Measure the offset when a call is refused for it."),
    "OFFSET-NOT-RENEWED": ("The exchange's clock was learnt once, and never again.", "Measure anew at each refusal."),
    "OFFSET-MISJUDGED": (
        "A wrong offset was learnt from a slow answer or a cached one.",
        "Take the middle of sending and receiving, and ignore answers with an Age.",
    ),
    "HOST-SHOWS-THROUGH": (
        "What is sent depends on the host's zone or locale.",
        "Read the clock in UTC, and format numbers without regard to the locale.",
    ),
    "TIMED-BY-THE-WALL-CLOCK": (
        "A time limit follows the wall clock, and jumps with it.",
        "Measure limits with the monotonic clock.",
    ),
    "TIME-RETRY-SPINS": ("A call that was refused for its time was sent again and again.", _STOP),
    # Signatures, where the doctor is not needed to see it.
    "SIGNATURE-MISSPELLED": ("The digest is right and its text is not.", "Send the digest in full, and nothing else."),
    "SIGNATURE-REUSED": ("A signature was sent again with another request.", _EACH),
    "SHARED-BETWEEN-CALLS": (
        "Calls made together change what the others are about to sign or send.",
        "Build each request from values of its own: no default argument, no attribute that other calls write to.",
    ),
    "VALUE-CHANGED": ("A value arrived as another one than was given.", "Encode each value once, and send that text."),
    # Keys and sessions.
    "KEY-MISSING": ("A private request carries no API key.", "Send the key in its documented place."),
    "KEY-CHANGED": ("The API key arrived altered.", "Copy the key as it is: no trimming, no change of case."),
    "KEY-REPEATED": ("The API key stands in a request more than once.", "Send the key once."),
    "OTHER-KEY": ("A call of one session was made with another's key.", "Keep credentials in the session object."),
    "SENT-WITHOUT-CREDENTIALS": (
        "A private request was sent although there are no credentials.",
        "Check for key and secret before the request is built.",
    ),
    "CREDENTIAL-REPAIRED": (
        "A malformed key or secret was turned into another one that cannot work either.",
        "Refuse it, use it as it is, or cut its line end off.",
    ),
    "REVOKED-KEY-TRIED-AGAIN": (
        "A call was repeated although its key had been revoked.",
        "Report refused credentials after the first refusal, whatever worked before.",
    ),
    "CLIENT-NOT-NAMED": ("The User-Agent does not name the client.", "Send a User-Agent such as my-client/1.4.0."),
    "FRESHNESS-DISAGREES": (
        "A request tells its nonce or timestamp in two places, and differently.",
        "Draw them once for each request, and put that value wherever it belongs.",
    ),
    # What happens on the way, and on the machine.
    "BREAKS-BEHIND-A-PROXY": (
        "A request that verifies by itself does not behind a proxy.",
        "Rely on nothing that proxies may rewrite: Host, Connection, order and case of headers.",
    ),
    "ANSWER-CHANGES-SIGNING": (
        "Headers or cookies of an answer changed the requests after it.",
        "Build each request from its own parameters.",
    ),
    "BYTES-DEPEND-ON-SURROUNDINGS": (
        "Under another locale, or with other hash tables, the same call is sent as other bytes.",
        "Keep the given order, and format without regard to the locale.",
    ),
    "LONG-TEXT-SIGNED-IN-PART": (
        "Short calls verify and long ones do not.",
        "Sign the whole text, through no buffer of a fixed length.",
    ),
    # Parameters, text and framing.
    "BOOLEAN-MISSPELLED": ("A boolean is neither true nor false as it arrived.", "Write true and false."),
    "INTEGER-MISSPELLED": ("An integer did not arrive in plain digits.", "Write integers in plain digits."),
    "ESCAPES-IN-TWO-CASES": (
        "One request has percent escapes of both letter cases.",
        "Let one encoder write all escapes, in upper case.",
    ),
    "TEXT-TRIMMED": ("Blanks of a value were cut off.", "Pass text on as it was given."),
    "TEXT-NORMALISED": ("A value was brought into another Unicode form.", "Pass text on as it was given."),
    "TEXT-CASE-CHANGED": ("Letters of a value changed their case.", "Pass text on as it was given."),
    "TEXT-MANGLED": (
        "Text that cannot be encoded was sent as something else.",
        "Encode strictly, and refuse what cannot be encoded.",
    ),
    "TEXT-REFUSAL-MISNAMED": (
        "Text that cannot be encoded was refused, and reported as another kind of failure.",
        "Report it as an invalid request.",
    ),
    "QUERY-ON-POST": ("A POST carries a query.", "Put the parameters of a POST into its body."),
    "PARAMETER-IN-TWO-PLACES": (
        "A parameter stands in the query and in the body.",
        "Put each parameter into the documented place alone.",
    ),
    "CONTENT-TYPE-DIFFERS": (
        "The content type of a body is not the documented one.",
        "Announce what is sent: a form as a form, JSON as JSON.",
    ),
    "BODY-OF-ANOTHER-FORM": (
        "A body is not of the form that is announced and documented.",
        "Send forms where forms are documented, and JSON objects where JSON is.",
    ),
    "BODY-IN-CHUNKS": ("A body was sent in chunks.", "Build the body first, and send it with its length."),
    "MARKET-MISSPELLED": (
        "A market was asked for by a name that the exchange does not know.",
        "Join the two currencies as the exchange does, and leave their letters alone.",
    ),
    "CLIENT-ORDER-ID-CHANGED": (
        "The user's own id of an order did not arrive as it was given.",
        "Send it digit by digit, as text or as an exact integer.",
    ),
    "ABSENT-SENT-AS-TEXT": (
        "A parameter that was not given was sent as None, null or undefined.",
        "Drop absent parameters before encoding.",
    ),
    "HOST-IN-TARGET": ("The base URL's host stands in the request's target.", "Build the target from the path alone."),
    "LENGTH-IN-CHARACTERS": ("Content-Length counts characters.", "Encode the body to bytes, then count."),
    "FRAMING-BROKEN": (
        "What arrived is no HTTP request, or one whose length is told in two ways.",
        "Leave Content-Length and Transfer-Encoding to the HTTP library.",
    ),
    "CONTROL-SENT-RAW": ("A control character was sent as it is.", "Encode control characters, or refuse the value."),
    "HEADER-INJECTION": ("A line break in a value became a header.", "Encode line breaks, or refuse the value."),
    # Money and identifiers.
    "AMOUNT-IN-SCIENTIFIC-NOTATION": ("An amount or price was sent with an exponent.", _FIXED),
    "AMOUNT-ROUNDED-BY-FLOAT": ("An amount or price lost its exact value.", _FIXED),
    "AMOUNT-MISSPELLED": ("An amount or price is no plain decimal.", _FIXED),
    "AMOUNT-AS-FLOAT": ("A balance came back as a float.", _KEPT),
    "AMOUNT-NOT-TEXT": ("A balance came back as something that is no decimal text.", _KEPT),
    "DECIMAL-COMMA": ("An amount was sent with a comma.", "Format numbers without regard to the locale."),
    "IDENTIFIER-ROUNDED": ("An order id lost digits.", _KEPT),
    "EFFECT-NOT-AS-ASKED": (
        "What happened at the exchange is not what was asked for.",
        "Check which side, market and number goes where.",
    ),
    # What the user is told.
    "REFUSAL-AS-SUCCESS": ("A refusal was reported as a success.", _BOTH),
    "ERROR-AS-SUCCESS": ("A failure by status or by body was reported as a success.", _BOTH),
    "ODD-ERROR-AS-SUCCESS": ("A refusal with odd members was reported as a success.", _BOTH),
    "RUBBISH-AS-DATA": ("An answer that cannot be read was reported as data.", "Report what does not parse."),
    "ERROR-WITHOUT-WORDS": (
        "Code, text or status of the exchange is missing from the error.",
        "Put the exchange's own words into the message.",
    ),
    "CREDENTIALS-MISNAMED": ("Refused credentials were reported as something else.", _NAMED),
    "FRESHNESS-AS-CREDENTIALS": ("A refused nonce or timestamp was reported as bad credentials.", _NAMED),
    "PERMISSION-MISNAMED": ("A missing right was reported as something else.", _NAMED),
    "OPEN-OUTCOME-AS-REFUSAL": ("A call that may have taken effect was reported as refused.", _OPEN),
    "OPEN-OUTCOME-AS-SUCCESS": ("A call without effect was reported as a success.", _OPEN),
    "EMPTY-CONTAINER-MISREAD": (
        "An empty list where an object is usual was not taken for empty.",
        "Take [] and {} alike where a container is expected.",
    ),
    "SUCCESS-MARKER-MISREAD": (
        "An empty error text was taken for a failure, or its absence for one.",
        "Judge by a failure that is said, not by the presence of a name.",
    ),
    "CALL-HANGS": ("A call never came back.", "Give every wait a limit, and report when it is over."),
    "UNKNOWN-MEMBER-REFUSED": ("A member that no page names broke the client.", "Let unknown members be."),
    "MEMBER-ORDER-RELIED-ON": ("The client reads members by their place.", "Read members by their names."),
    "OPTIONAL-MEMBER-MISSED": (
        "A member that may be absent or null broke the client.",
        "Read what an operation does not need as if it could be absent.",
    ),
    "BLANKS-OR-MARK-REFUSED": (
        "Blanks around the JSON, or a byte order mark, broke the client.",
        "Pass over blanks and a byte order mark before the JSON.",
    ),
    "CONTENT-TYPE-INSISTED-ON": (
        "JSON under another Content-Type was not read.",
        "Parse the body as JSON whatever its Content-Type says.",
    ),
    "NO-NUMBER-AS-AMOUNT": (
        "NaN or an infinity was handed on as an amount.",
        "Refuse constants that JSON has not, and amounts that are not finite.",
    ),
    "TEXT-HARMED": ("Text beyond ASCII came back as another text.", "Decode bodies as UTF-8 on every machine."),
    "LIST-INCOMPLETE": ("A list lacks orders that are open.", "Hand on the whole list, page by page if need be."),
    "LISTED-TWICE": ("A list has an order twice.", "Go by ids where pages of a list are put together."),
    "LIST-WITHOUT-ORDER": ("A list stands in no order that could be stated.", "Keep the exchange's order, or sort."),
    "ABSENCE-MISNAMED": ("What is not there was reported as something else.", _NAMED),
    "WANT-OF-MONEY-MISNAMED": ("Lack of money was reported as something else.", _NAMED),
    "PARAMETERS-MISNAMED": ("Refused parameters were reported as something else.", _NAMED),
    "GONE-AS-FAILED": ("An order that was gone already was reported as one that could not be cancelled.", _NAMED),
    # Amounts on their way out, and requests that nobody asked for.
    "AMOUNT-ROUNDED-SILENTLY": (
        "Digits beyond a market's step were rounded or cut without a word.",
        "Send what was given or refuse it.",
    ),
    "NONSENSE-MENDED": ("What is no amount was sent as one.", "Refuse what is no plain decimal."),
    "HIDDEN-CALLS": ("A call led to private requests besides its own.", "Ask for what a call needs, once."),
    "ORDER-ID-NOT-SENT": ("An order was sent without the id that it was given.", "Send the user's own id along."),
    "ORDER-ID-NOT-SHOWN": ("A list shows an order under another id than it was given.", "Hand the id on as it is."),
    # Trying again.
    "EFFECT-TWICE": ("One call took effect twice.", "Never repeat a change whose outcome is open."),
    "RETRIES-WITHOUT-END": ("One call led to request after request.", _STOP),
    "FINAL-REFUSAL-RETRIED": ("What was refused for good was asked for again.", "Retry transient failures alone."),
    "READ-NOT-RETRIED": ("A read was given up after one transient failure.", "Retry reads, as is promised."),
    "RETRY-KEEPS-NONCE": ("A retry carries the nonce of the attempt before it.", _EACH),
    "RETRY-KEEPS-TIMESTAMP": ("A retry carries the timestamp of the attempt before it.", _EACH),
    "RETRY-KEEPS-SIGNATURE": ("A retry carries the signature of the attempt before it.", _EACH),
    "ORDER-ID-NOT-KEPT": (
        "A retried order has another client order id.",
        "Choose the id once, before the first attempt.",
    ),
    "CAUSE-HIDDEN-BY-RETRY": (
        "The user is told what became of the retry, and not that the first answer was lost.",
        "Keep the first failure, and report that.",
    ),
    "REFUSALS-FEED-TRAFFIC": (
        "Calls that were refused for the rate led to a flood.",
        "Let a refused call rest, longer each time, and try few times.",
    ),
    "SENT-ONE-BY-ONE": (
        "Calls made together were sent one after another.",
        "Lock nothing but what has to be drawn in turn.",
    ),
    "PUBLIC-WAITS-FOR-PRIVATE": (
        "A public call waited for a private one.",
        "Keep public calls out of the lock that private ones need.",
    ),
    "RETRY-AFTER-IGNORED": ("A retry did not wait as long as it was asked to.", "Obey Retry-After, in both forms."),
    "RETRY-PAUSES-DO-NOT-GROW": (
        "The pauses between retries do not grow, or there are none.",
        "Double the pause with each retry.",
    ),
    "RETRY-PAUSES-WITHOUT-JITTER": (
        "Sessions that failed together try again together.",
        "Draw each pause from around its length.",
    ),
    "RATE-REFUSAL-AS-SUCCESS": ("A refusal for the rate was reported as a success.", _BOTH),
    # Connections.
    "CUT-ANSWER-AS-DATA": ("An answer that was cut off was reported as data.", _WHOLE),
    "STALL-AS-SUCCESS": ("An answer that never came whole was reported as a success.", _WHOLE),
    "RESET-AS-SUCCESS": ("A broken connection was reported as a success.", _WHOLE),
    "PIECES-NOT-JOINED": ("An answer that came in pieces was not read rightly.", "Read to the end before parsing."),
    "DEAD-CONNECTION-USED": (
        "A connection that had been closed while idle was used again, and the call failed.",
        "Look whether a pooled connection is still open before it is used.",
    ),
    "TIME-LIMIT-EXCEEDED": (
        "A call took longer than its time limit.",
        "Count everything against one deadline: connecting, waiting, reading, retries.",
    ),
    "HOST-DIFFERS": ("The Host header is not that of the base URL.", "Let the HTTP library write the header."),
    "WENT-ELSEWHERE": ("Calls went to another place than the base URL.", "Use the configured base URL throughout."),
    # TLS.
    "AUTHORITY-NOT-CHECKED": ("A certificate was accepted for which nobody vouches that the client knows.", _VERIFY),
    "HOST-NAME-NOT-CHECKED": ("A certificate for another name was accepted.", _VERIFY),
    "VALIDITY-NOT-CHECKED": ("A certificate was accepted outside of its dates.", _VERIFY),
    "SENT-BEFORE-VERIFYING": (
        "A request was sent to a server whose certificate cannot be accepted.",
        "Verify in the handshake, before anything is written.",
    ),
    "CA-FILE-IGNORED": (
        "A certificate of the configured authority was not accepted.",
        "Hand the configured file to the TLS library.",
    ),
    "OLD-TLS-SPOKEN": ("TLS below version 1.2 was spoken.", "Set the least version to TLS 1.2."),
    "TLS-DROPPED": ("After a failed handshake the request was sent without TLS.", "Report the failure, and stop."),
    "TRUNCATION-NOT-NOTICED": ("A TLS connection that was cut off was taken for one that had ended.", _WHOLE),
    "ENCODING-NOT-DECODED": (
        "The client asks for answers in a coding, and cannot read one.",
        "Name in Accept-Encoding what is decoded, and nothing else.",
    ),
    "ODD-FRAME-MISREAD": (
        "An odd but sound answer was misread, or broke the session.",
        "Leave framing to an HTTP library: interim answers, HTTP/1.0, answers without a body.",
    ),
    "STRAY-ANSWER-TAKEN": (
        "What lay behind an answer was taken for the next one.",
        "Close a connection on which anything lies that nobody asked for.",
    ),
    "PROXY-IGNORED": ("The configured proxy was not used, or not as it asks.", _BY_PROXY),
    "PROXY-CREDENTIALS-SENT-ON": ("The proxy's credentials went on to the exchange.", _BY_PROXY),
    "CONNECTIONS-LEFT-OPEN": (
        "Connections stayed open after their sessions were closed.",
        "Close the pool with the session.",
    ),
    "PROGRAM-LINGERS": (
        "The program did not end when it was told.",
        "Let no thread and no timer keep the process alive.",
    ),
    "RESOURCES-PILE-UP": (
        "Each call leaves a connection or a descriptor behind.",
        "Close what is not used again, on failures too.",
    ),
    "LARGE-ANSWER-NOT-READ": ("A large answer was not read, or not all of it.", "Read to the end, in no fixed buffer."),
    "ANSWER-WITHOUT-LIMIT": (
        "An answer was read or unpacked without any limit.",
        "Count the bytes, and give up beyond what the exchange could say.",
    ),
    # Calls made together.
    "ANSWER-MISDELIVERED": ("An answer reached a call that had not asked.", "Keep each request with its answer."),
    "QUEUE-BLOCKED": ("One bad answer stopped the calls behind it.", "Let each queued call fail alone."),
    "SESSION-UNUSABLE-AFTER-TIMEOUT": (
        "After a call that timed out the session worked no more.",
        "Release locks on every path, and drop the connection of a call that timed out.",
    ),
    # Redirects and public calls.
    "CREDENTIALS-FOLLOW-REDIRECT": ("Credentials were sent to where a redirect pointed.", _OFF),
    "REDIRECT-FOLLOWED": ("A redirect of a private call was followed.", _OFF),
    "REDIRECTS-WITHOUT-END": ("A circle of redirects was followed on and on.", _OFF),
    "REDIRECT-AS-SUCCESS": ("The page behind a redirect was taken for a success.", _OFF),
    "KEY-ON-PUBLIC-CALL": ("A public request carries the API key.", "Leave authentication out of public calls."),
    "SIGNED-PUBLIC-CALL": ("A public request is signed or has a nonce.", "Leave authentication out of public calls."),
    "PUBLIC-NEEDS-CREDENTIALS": (
        "A public call does not work without credentials.",
        "Ask for credentials when a private call is made.",
    ),
    # Secrets.
    "SECRET-ON-THE-WIRE": ("The secret was sent.", "Revoke the pair; send the digest alone."),
    "SECRET-IN-ANSWER": ("The secret stands in what the client returned.", _HUSH),
    "SECRET-IN-ERROR": ("The secret stands in an error.", _HUSH),
    "SECRET-IN-REPR": ("The secret stands in an object's text form.", _HUSH),
    "SECRET-LOGGED": ("The secret was printed or logged.", _HUSH),
    "SECRET-ON-DISK": ("The secret was written to a file.", _HUSH),
    "SECRET-ON-COMMAND-LINE": (
        "The secret stands among the arguments of another program.",
        "Hand it over by a pipe.",
    ),
    "CREDENTIALS-IN-URL": ("The key or the signature stands in the URL.", "Send them where they are documented."),
    "THIRD-PARTY-CONTACTED": ("The client spoke to somebody else than the exchange.", "Ask before you report."),
    "SIGNATURE-LOGGED": ("A signature or key was printed while it was valid.", "Keep these headers out of logs."),
}

#: Code to explanation, for what the harness itself names.
CONDUCT: Mapping[str, Explanation] = MappingProxyType(
    {code: Explanation(summary=summary, fix=fix) for code, (summary, fix) in _TABLE.items()}
)

#: Every code that may stand in a finding; where both name one, the doctor's words hold.
DIAGNOSES: Mapping[str, Explanation] = MappingProxyType({**CONDUCT, **CODES})
