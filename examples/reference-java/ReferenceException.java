import java.util.Map;

/** What a call may end in, other than well. No message ever holds a secret or a signature. */
public final class ReferenceException extends Exception {
    private static final long serialVersionUID = 1;

    private static final Map<String, String> KIND_OF_CODE = Map.ofEntries(
            Map.entry("unknown_endpoint", "not_found"),
            Map.entry("method_not_allowed", "invalid_request"),
            Map.entry("too_large", "invalid_request"),
            Map.entry("missing_header", "authentication"),
            Map.entry("malformed_header", "invalid_request"),
            Map.entry("unknown_key", "authentication"),
            Map.entry("inactive_key", "authentication"),
            Map.entry("address_not_allowed", "permission"),
            Map.entry("bad_signature", "authentication"),
            Map.entry("timestamp_outside_window", "timestamp"),
            Map.entry("nonce_not_increasing", "nonce"),
            Map.entry("rate_limited", "rate_limit"),
            Map.entry("permission_denied", "permission"),
            Map.entry("invalid_request", "invalid_request"),
            Map.entry("insufficient_funds", "insufficient_funds"),
            Map.entry("below_minimum", "invalid_request"),
            Map.entry("rejected", "invalid_request"),
            Map.entry("order_not_found", "order_not_found"),
            Map.entry("unknown_market", "not_found"));

    private static final Map<Integer, String> KIND_OF_STATUS = Map.of(
            401, "authentication", 403, "permission", 404, "not_found", 408, "timeout", 418, "rate_limit", 429, "rate_limit");

    /**
     * What a caller can act on: authentication, permission, nonce, timestamp, rate_limit, insufficient_funds,
     * order_not_found, not_found, invalid_request; or, when the outcome is open, unavailable, network, timeout, tls,
     * bad_response; or unknown.
     */
    public final String kind;

    /** The HTTP status, where there was an answer; else null. */
    public final Integer status;

    public ReferenceException(String kind, String message) {
        this(kind, message, null);
    }

    public ReferenceException(String kind, String message, Integer status) {
        super(message);
        this.kind = kind;
        this.status = status;
    }

    /** A refusal. A 5xx is never a verdict on the request, whatever its body says: the order may stand. */
    static ReferenceException refused(int status, Object body) {
        Map<?, ?> told = body instanceof Map ? (Map<?, ?>) body : Map.of();
        String code = told.get("code") instanceof String ? (String) told.get("code") : "";
        String words = told.get("detail") instanceof String ? (String) told.get("detail") : "";
        String kind = status >= 500 ? kindOf(status) : KIND_OF_CODE.getOrDefault(code, kindOf(status));
        return new ReferenceException(kind, ("HTTP " + status + " " + code + " " + words).trim(), status);
    }

    static ReferenceException unreadable(int status) {
        return new ReferenceException(kindOf(status), "HTTP " + status + ": the answer is not JSON", status);
    }

    private static String kindOf(int status) {
        if (status >= 500) return "unavailable";
        return KIND_OF_STATUS.getOrDefault(status, status >= 400 ? "invalid_request" : "bad_response");
    }
}
