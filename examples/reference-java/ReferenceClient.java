import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A client of the reference exchange, for several threads. Nothing is sent twice: look before you retry. */
public final class ReferenceClient {
    private final String baseUrl;
    private final String key;
    private final String secret;
    private final long timeoutNs;
    private final Http http;
    private final Nonces nonces;

    /**
     * Without a key and a secret it makes public calls only.
     *
     * @param timeoutS seconds for a whole call
     * @param stateFolder where the last nonce is kept; give one in production
     * @param caFile certificates to trust in place of the usual ones; null for those
     */
    public ReferenceClient(String baseUrl, String key, String secret, double timeoutS, String stateFolder, String caFile)
            throws ReferenceException {
        this.baseUrl = baseUrl;
        this.key = key;
        this.secret = secret;
        this.timeoutNs = (long) (timeoutS * 1e9);
        this.http = new Http(caFile);
        this.nonces = Nonces.of(stateFolder, String.valueOf(key));
    }

    /** The key, and not the secret. */
    @Override
    public String toString() {
        return "ReferenceClient(" + baseUrl + ", key " + key + ")";
    }

    /** What can be spent now, by currency. */
    public Map<String, String> balances() throws ReferenceException {
        Map<String, String> balances = new LinkedHashMap<>();
        for (Map.Entry<String, Object> row : members(signed("GET", "/v1/balances", Map.of())).entrySet()) {
            balances.put(row.getKey(), decimal(member(row.getValue(), "available")));
        }
        return balances;
    }

    /** Place a limit order and return its id. Amounts are decimals as text; the id of one's own may be null. */
    public String placeOrder(String market, String side, String price, String amount, String ownId) throws ReferenceException {
        if (!side.equals("buy") && !side.equals("sell")) throw new ReferenceException("invalid_request", "a side is buy or sell");
        Map<String, Object> order = new LinkedHashMap<>();
        order.put("market", market);
        order.put("side", side);
        order.put("price", plain(price));
        order.put("amount", plain(amount));
        if (ownId != null) order.put("client_order_id", ownId);
        return text(member(signed("POST", "/v1/orders", order), "order_id"));
    }

    public void cancelOrder(String orderId) throws ReferenceException {
        members(signed("POST", "/v1/orders/" + escaped(orderId) + "/cancel", Map.of()));
    }

    /** The open orders of a market, with what is left of each as its amount. */
    public List<Map<String, String>> openOrders(String market) throws ReferenceException {
        List<Map<String, String>> orders = new ArrayList<>();
        for (Object row : items(signed("GET", "/v1/orders", Map.of("market", market)))) {
            Map<String, String> order = new LinkedHashMap<>();
            order.put("order_id", text(member(row, "order_id")));
            order.put("market", text(member(row, "market")));
            order.put("side", text(member(row, "side")));
            order.put("price", decimal(member(row, "price")));
            order.put("amount", decimal(member(row, "remaining")));
            if (members(row).get("client_order_id") != null) {
                order.put("client_order_id", text(member(row, "client_order_id")));
            }
            orders.add(order);
        }
        return orders;
    }

    public String withdraw(String currency, String amount, String address) throws ReferenceException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("currency", currency);
        fields.put("amount", plain(amount));
        fields.put("address", address);
        return text(member(signed("POST", "/v1/withdrawals", fields), "withdrawal_id"));
    }

    public String depositAddress(String currency) throws ReferenceException {
        return text(member(signed("GET", "/v1/deposit-address", Map.of("currency", currency)), "address"));
    }

    /** Last, bid and ask. */
    public Map<String, String> ticker(String market) throws ReferenceException {
        Object row = open("/v1/ticker", Map.of("market", market));
        Map<String, String> ticker = new LinkedHashMap<>();
        for (String name : List.of("last", "bid", "ask")) {
            Object price = members(row).get(name);
            ticker.put(name, price == null && !name.equals("last") ? null : decimal(member(row, name)));
        }
        return ticker;
    }

    /** The best levels of either side, "bids" and "asks", as price and amount. */
    public Map<String, List<List<String>>> orderBook(String market, int depth) throws ReferenceException {
        Map<String, Object> query = new LinkedHashMap<>();
        query.put("market", market);
        query.put("depth", Math.min(depth, 100));
        Object book = open("/v1/order-book", query);
        Map<String, List<List<String>>> sides = new LinkedHashMap<>();
        for (String side : List.of("bids", "asks")) {
            List<List<String>> levels = new ArrayList<>();
            for (Object level : items(member(book, side))) {
                List<Object> pair = items(level);
                if (pair.size() < 2) throw strange();
                if (levels.size() < depth) levels.add(List.of(decimal(pair.get(0)), decimal(pair.get(1))));
            }
            sides.put(side, levels);
        }
        return sides;
    }

    /** Make any private call: of a GET the fields go into the query, of a POST into a JSON body. */
    public Object signed(String method, String path, Map<String, Object> fields) throws ReferenceException {
        long deadline = System.nanoTime() + timeoutNs;
        if (key == null || secret == null || key.isEmpty() || secret.isEmpty()) {
            throw new ReferenceException("authentication", "a private call needs an API key and a secret");
        }
        if (!key.matches("[\\x21-\\x7e]+")) throw new ReferenceException("authentication", "no header can carry this API key");
        boolean get = method.equals("GET");
        String target = get ? target(path, fields) : path;
        byte[] body = (get || fields.isEmpty() ? "" : Json.write(fields)).getBytes(StandardCharsets.UTF_8);
        return nonces.spend(deadline, nonce -> {
            // The last thing before it is sent: a timestamp that has waited is an old one.
            long timestamp = System.currentTimeMillis();
            HttpRequest.Builder request = request(target)
                    .header("Api-Key", key)
                    .header("Nonce", Long.toString(nonce))
                    .header("Timestamp", Long.toString(timestamp))
                    .header("Sign", signature(method, target, nonce, timestamp, body));
            if (body.length > 0) request.header("Content-Type", "application/json");
            HttpRequest.BodyPublisher publisher = get && body.length == 0
                    ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body);
            return read(http.send(request.method(method, publisher), deadline));
        });
    }

    private Object open(String path, Map<String, Object> query) throws ReferenceException {
        return read(http.send(request(target(path, query)).GET(), System.nanoTime() + timeoutNs));
    }

    private HttpRequest.Builder request(String target) throws ReferenceException {
        try {
            return HttpRequest.newBuilder(URI.create(baseUrl + target));
        } catch (IllegalArgumentException unfit) {
            throw new ReferenceException("invalid_request", "the address of the exchange is none");
        }
    }

    /** HMAC-SHA512 over five lines; the last one is the digest of the body. */
    private String signature(String method, String target, long nonce, long timestamp, byte[] body) {
        try {
            String digest = hex(MessageDigest.getInstance("SHA-512").digest(body));
            String lines = String.join("\n", method, target, Long.toString(nonce), Long.toString(timestamp), digest);
            Mac mac = Mac.getInstance("HmacSHA512");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA512"));
            return hex(mac.doFinal(lines.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has SHA-512", impossible);
        }
    }

    private static String hex(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        for (byte one : bytes) out.append(String.format("%02x", one));
        return out.toString();
    }

    private static Object read(Http.Answer answer) throws ReferenceException {
        Object body;
        try {
            body = Json.read(answer.body);
        } catch (IllegalArgumentException notJson) {
            throw ReferenceException.unreadable(answer.status);
        }
        if (answer.status < 200 || answer.status > 299) throw ReferenceException.refused(answer.status, body);
        return body;
    }

    private static String target(String path, Map<String, Object> fields) {
        List<String> pairs = new ArrayList<>();
        fields.forEach((name, value) -> {
            for (Object single : value instanceof List ? (List<?>) value : List.of(value)) {
                pairs.add(escaped(name) + "=" + escaped(String.valueOf(single)));
            }
        });
        return pairs.isEmpty() ? path : path + "?" + String.join("&", pairs);
    }

    /** RFC 3986: URLEncoder writes a form, in which a blank is a plus and an asterisk stays. */
    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
    }

    private static String plain(String amount) throws ReferenceException {
        if (amount.matches("[0-9]+(\\.[0-9]+)?")) return amount;
        throw new ReferenceException("invalid_request", "an amount or a price is a plain decimal text, such as 0.0125");
    }

    @SuppressWarnings("unchecked") // a JSON object is such a map
    private static Map<String, Object> members(Object value) throws ReferenceException {
        if (value instanceof List && ((List<?>) value).isEmpty()) return Map.of();
        if (value instanceof Map) return (Map<String, Object>) value;
        throw strange();
    }

    @SuppressWarnings("unchecked") // a JSON array is such a list
    private static List<Object> items(Object value) throws ReferenceException {
        if (value instanceof Map && ((Map<?, ?>) value).isEmpty()) return List.of();
        if (value instanceof List) return (List<Object>) value;
        throw strange();
    }

    private static Object member(Object object, String name) throws ReferenceException {
        Object value = members(object).get(name);
        if (value == null) throw strange();
        return value;
    }

    private static String text(Object value) throws ReferenceException {
        if (value instanceof String && !((String) value).isEmpty()) return (String) value;
        throw strange();
    }

    private static String decimal(Object value) throws ReferenceException {
        if (value instanceof BigDecimal) return ((BigDecimal) value).toPlainString();
        if (value instanceof String && ((String) value).matches("-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")) {
            return new BigDecimal((String) value).toPlainString();
        }
        throw strange();
    }

    private static ReferenceException strange() {
        return new ReferenceException("bad_response", "the answer has another shape than the documented one");
    }
}
