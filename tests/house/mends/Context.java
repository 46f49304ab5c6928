/** What stands around a mend where it is used: a client's own fields and methods, and as much of foreign libraries. */
package mends;

import java.io.*;
import java.math.BigDecimal;
import java.net.*;
import java.net.http.*;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.*;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

abstract class Context {
    static final String VERSION = "1.0.0";
    static final int LIMIT = 1 << 20;
    static final Set<Integer> TRANSIENT = Set.of(502, 503, 504);
    static final Code NONCE = Code.NONCE;

    String secret, key, nonce, nowMs, timestamp, bodyHash, market, clientOrderId, date, signature, id, method;
    String target;
    Path path;
    long windowMs, limitNs;
    int status, code;
    Object lock_;
    BigDecimal price;
    URI uri, baseUri;
    HttpRequest.Builder request, builder;
    HttpResponse<byte[]> response;
    HttpClient http;
    Client client;
    ExecutorService executor;
    Map<String, String> given, parameters, params;
    Nonces nonces;
    Semaphore slots;
    AtomicLong last;
    ObjectMapper mapper;
    Order order;
    JsonNode data;
    List<Row> rows;
    SSLContext context;
    Path caFile;
    InetSocketAddress address;
    Authenticator forTheProxyAlone;
    InputStream stream;
    javax.crypto.Mac mac;

    abstract String form(Map<String, String> parameters);
    abstract String signed(byte[] body);
    abstract Signed signed(Map<String, String> parameters);
    abstract Signed signed(long nonce, Map<String, String> parameters);
    abstract Object send(Object request) throws IOException;
    abstract String encoded(Map<String, String> parameters);
    abstract String hexSha512(byte[] body);
    abstract RuntimeException errorOf(HttpResponse<byte[]> response, JsonNode data);
    abstract <T> T get(String path, Class<T> type);
    abstract HttpRequest get(String path);
    abstract Ticker read(HttpResponse<String> response);
    abstract Markets loadMarkets();
    abstract Object place(String id, Order order) throws OutcomeUnknown;
    abstract Object lookUp(String id);
    abstract long wait(HttpResponse<byte[]> response, int attempt);
    abstract long lastIn(FileChannel file);
    abstract void write(FileChannel file, long nonce);
    abstract KeyStore keyStoreWith(Path caFile);
    abstract Code kindOf(int code);
    abstract void work() throws IOException;

    enum Code { NONCE, OTHER }
    static final class Signed { }
    static final class Ticker { }
    static final class Markets { }
    static final class Row { }
    static final class Order { static Order of(Row row) { return new Order(); } }
    interface Client extends AutoCloseable { void shutdownNow(); }
    interface Nonces { long next(); }
    static class ApiException extends RuntimeException { ApiException(int code, String text) { super(text); } }
    static class InvalidNonce extends ApiException { InvalidNonce(String text) { super(0, text); } }
    static class OutcomeUnknown extends RuntimeException { OutcomeUnknown(String text, Throwable cause) { super(text, cause); } }
    static class BadResponse extends RuntimeException { BadResponse(String text) { super(text); } }
    static class TlsFailure extends RuntimeException { TlsFailure(String text) { super(text); } }

    /** As much of Jackson and Guava as the mends use. */
    interface JsonNode {
        JsonNode path(String name);
        String asText();
        boolean isArray();
        boolean isEmpty();
    }
    interface ObjectMapper {
        byte[] writeValueAsBytes(Object value);
        JsonNode readTree(byte[] raw);
        JsonNode createObjectNode();
        void enable(DeserializationFeature feature);
        void disable(Object feature);
        void configure(DeserializationFeature feature, boolean on);
    }
    enum DeserializationFeature { USE_BIG_DECIMAL_FOR_FLOATS, FAIL_ON_UNKNOWN_PROPERTIES }
    enum JsonReadFeature { ALLOW_NON_NUMERIC_NUMBERS; Object mappedFeature() { return this; } }
    static final class Suppliers { static <T> Supplier<T> memoize(Supplier<T> made) { return made; } }
}
