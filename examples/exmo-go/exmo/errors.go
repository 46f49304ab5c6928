package exmo

import (
	"fmt"
	"strings"
)

// Error is what a call may end in, other than well. It never holds a secret or a signature.
//
// Kind is what a caller can act on: authentication, permission, nonce, rate_limit, insufficient_funds, order_not_found,
// not_found, invalid_request, unavailable, network, timeout, tls, bad_response or unknown. After unavailable, network,
// timeout, tls and bad_response the outcome is open: look before you retry.
type Error struct {
	Kind    string
	Message string
	Status  int // the HTTP status, where there was an answer
	Code    int // EXMO's own code, where it told one
}

func (e *Error) Error() string { return e.Message }

func failed(kind, format string, values ...any) error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, values...)}
}

// kindOfCode holds EXMO's codes, as far as a caller can do something about them.
var kindOfCode = map[int]string{
	40003: "authentication", 40004: "authentication", 40005: "authentication", 40017: "authentication",
	40009: "nonce",
	40015: "not_found",
	40016: "unavailable",
	10519: "permission", 40032: "permission", 40033: "permission",
	40034: "rate_limit",
	50052: "insufficient_funds", 50054: "insufficient_funds",
	50173: "order_not_found", 50304: "order_not_found",
	40013: "invalid_request", 40038: "invalid_request", 50013: "invalid_request", 50049: "invalid_request",
	50277: "invalid_request", 50319: "invalid_request", 50321: "invalid_request", 50381: "invalid_request",
}

// refused is a refusal in EXMO's words. A 5xx is never a verdict on the request, whatever its body says: the order may
// stand.
func refused(status int, words string, code int) error {
	kind, known := kindOfCode[code]
	switch {
	case status >= 500:
		kind = "unavailable"
	case strings.HasPrefix(words, "API rate limit exceeded"):
		kind = "rate_limit" // the one limiter of EXMO that speaks without a code
	case !known && status == 200:
		kind = "unknown"
	case !known:
		kind = kindOfStatus(status)
	}
	return &Error{kind, strings.TrimSpace(fmt.Sprintf("HTTP %d %s", status, words)), status, code}
}

func unreadable(status int, why string) error {
	return &Error{kindOfStatus(status), fmt.Sprintf("HTTP %d: %s", status, why), status, 0}
}

func kindOfStatus(status int) string {
	switch {
	case status >= 500:
		return "unavailable"
	case status == 408:
		return "timeout"
	case status == 418 || status == 429:
		return "rate_limit"
	case status == 401:
		return "authentication"
	case status == 403:
		return "permission"
	case status == 404:
		return "not_found"
	case status >= 400:
		return "invalid_request"
	}
	return "bad_response"
}
