"""Where requirements come from: the documents, named once."""

REFERENCE = "reference dialect, page 'reference'"
POLONIEX = "Poloniex HTTP API documentation, 'Authenticate' and 'Private HTTP API methods'"
EXMO = "EXMO API documentation, 'Authenticated API'"
BITUNIX = "Bitunix OpenAPI documentation, 'Quick start' and 'Sign'"
SIGNED_EXACTLY = f"{POLONIEX}; {EXMO}; {BITUNIX}; {REFERENCE}: the signature covers what is sent"
NONCE_RISES = (
    f"{POLONIEX}: an integer greater than the previous nonce used; {EXMO}: must not repeat or decrease; {REFERENCE}"
)
WINDOW = f"{BITUNIX}: refused when more than 60 seconds from the server's time; {REFERENCE}, check 11"
FORM = "WHATWG URL standard, application/x-www-form-urlencoded; RFC 3986, section 2; RFC 8259, section 8"
POLICY = "Harness policy, decision 0003"


def policy(words: str) -> str:
    """Return the source of a row that no exchange states, with the words that argue it."""
    return f"{POLICY}: {words}"
