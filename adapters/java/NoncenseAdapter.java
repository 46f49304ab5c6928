import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The client-under-test contract of noncense, version 1, for Java 8 and newer: one file to copy, without dependencies.
 *
 * <pre>
 * new NoncenseAdapter("my-sdk", "1.4.0").dialects("exmo").operations("balances").features("concurrent")
 *     .serve(target -&gt; {
 *         Client client = new Client(target.baseUrl, target.key, target.secret);
 *         return (operation, params) -&gt; client.balances();  // the `ok` value, or throws ClientError or Skipped
 *     });
 * </pre>
 *
 * Any other exception says that the adapter itself is broken.
 */
public final class NoncenseAdapter {
    private static final int PROTOCOL = 1;
    private static final int LINE_LIMIT = 8 * 1024 * 1024; // bytes, without the end of the line
    private static final long CLOSING_MS = 1500;

    private static final int PARSE_ERROR = -32700;
    private static final int METHOD_NOT_FOUND = -32601;
    private static final int INVALID_PARAMS = -32602;
    private static final int ADAPTER_BROKE = -32000;

    private final Map<String, Object> description = new LinkedHashMap<>();
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private Opening opening;
    private OutputStream answers;

    public NoncenseAdapter(String name, String version) {
        description.put("protocol", PROTOCOL);
        description.put("name", name);
        description.put("version", version);
        description.put("language", "java");
        dialects().operations().features();
    }

    public NoncenseAdapter dialects(String... names) {
        return told("dialects", Arrays.asList(names));
    }

    public NoncenseAdapter operations(String... names) {
        return told("operations", Arrays.asList(names));
    }

    public NoncenseAdapter features(String... names) {
        return told("features", Arrays.asList(names));
    }

    /** Shown in reports, such as "java.net.http 17". */
    public NoncenseAdapter httpStack(String words) {
        return told("http_stack", words);
    }

    /** Anything else that `describe` may tell: language, homepage, issues. */
    public NoncenseAdapter told(String name, Object value) {
        description.put(name, value);
        return this;
    }

    /** Opens a session. What it throws counts as what a call throws. */
    public interface Opening {
        Session open(Target target) throws Exception;
    }

    /** One client object with one API key. It is called from several threads where `concurrent` is promised. */
    public interface Session {
        /**
         * @param params text, Boolean, lists of these, and numbers that print as they were spelled
         * @return the contract's `ok` value: maps, lists, text, numbers, booleans and null
         */
        Object call(String operation, Map<String, Object> params) throws Exception;

        default void close() throws Exception {}

        /** How the client's objects print, with feature `texts`; null without it. */
        default List<String> texts() {
            return null;
        }
    }

    /** The fields of the contract's `open`. */
    public static final class Target {
        public final String session;
        public final String dialect;
        public final String baseUrl;
        /** Null, as is the secret, for a session of public calls alone. */
        public final String key;
        public final String secret;
        /** Null where there is none, as all that follow. */
        public final String caFile;
        public final String proxyUrl;
        public final String stateDir;
        /** The limit of a whole call. */
        public final double timeoutS;
        public final Map<String, Object> options;

        Target(Map<String, Object> fields) {
            session = text(fields, "session");
            dialect = text(fields, "dialect");
            baseUrl = text(fields, "base_url");
            key = text(fields, "key");
            secret = text(fields, "secret");
            caFile = text(fields, "ca_file");
            proxyUrl = text(fields, "proxy_url");
            String folder = text(fields, "state_dir");
            stateDir = folder != null ? folder : System.getenv("NONCENSE_STATE_DIR");
            Object seconds = fields.get("timeout_s");
            timeoutS = seconds instanceof Number ? ((Number) seconds).doubleValue() : 5.0;
            options = object(fields.get("options"));
        }

        @Override
        public String toString() {
            return "Target(" + session + ", " + dialect + ", " + baseUrl + ", key " + key + ")";
        }
    }

    /** A failure that the client under test reported. The kind is one of the contract's; `unknown` is never wrong. */
    public static final class ClientError extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final LinkedHashMap<String, Object> report = new LinkedHashMap<>();

        public ClientError(String kind, String message) {
            this(kind, message, null, null);
        }

        /** The client's own name for the failure and the status that it tells its user; null where it has none. */
        public ClientError(String kind, String message, String type, Integer httpStatus) {
            super(message);
            report.put("kind", kind);
            report.put("message", String.valueOf(message));
            with("type", type).with("http_status", httpStatus);
        }

        /** What else a user sees who prints the failure: searched for secrets, not judged otherwise. */
        public ClientError details(String details) {
            return with("details", details);
        }

        private ClientError with(String name, Object value) {
            if (value != null) report.put(name, value);
            return this;
        }
    }

    /** The client has no way to even try this call. */
    public static final class Skipped extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final String url;

        public Skipped(String reason) {
            this(reason, null);
        }

        public Skipped(String reason, String url) {
            super(reason);
            this.url = url;
        }
    }

    /** A request that this adapter cannot serve: a JSON-RPC error with its code. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int code;

        Refusal(int code, String message) {
            super(message);
            this.code = code;
        }
    }

    /**
     * Serve on stdin and stdout until stdin ends, and then end the program.
     *
     * `describe` is answered at once, even while every call hangs; other requests go one after the other, unless the
     * adapter promises `concurrent`.
     */
    public void serve(Opening sessionOpening) throws IOException {
        opening = sessionOpening;
        answers = aside();
        InputStream requests = new BufferedInputStream(System.in, 1 << 16);
        System.setIn(new ByteArrayInputStream(new byte[0]));
        boolean concurrent = ((List<?>) description.get("features")).contains("concurrent");
        ExecutorService workers =
                concurrent ? Executors.newCachedThreadPool(this::daemon) : Executors.newSingleThreadExecutor(this::daemon);
        for (String line = line(requests); line != null; line = line(requests)) {
            Map<String, Object> request;
            try {
                request = object(Json.read(line));
            } catch (RuntimeException | StackOverflowError unreadable) {
                answer(reply(null, "error", error(PARSE_ERROR, "a line that is not JSON")));
                continue;
            }
            if ("describe".equals(request.get("method"))) respond(request);
            else workers.execute(() -> respond(request));
        }
        end(workers);
    }

    /**
     * Keep stdout for the protocol: what prints lands on stderr, and descriptor 1 leads nowhere, so that no child of the
     * client and no native code writes between our lines. Where the system cannot open a descriptor by its name, we stay
     * on descriptor 1.
     */
    private static OutputStream aside() {
        System.setOut(System.err);
        try {
            OutputStream own = new FileOutputStream("/dev/fd/1");
            new FileOutputStream(FileDescriptor.out).close(); // Java puts /dev/null in its place
            return own;
        } catch (IOException | SecurityException impossible) {
            return new FileOutputStream(FileDescriptor.out);
        }
    }

    private Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "noncense-client");
        thread.setDaemon(true);
        return thread;
    }

    /** The next line, or null at the end. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) return bytes.size() == 0 ? null : text(bytes);
            bytes.write(next);
        }
        return text(bytes);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return new String(bytes.toByteArray(), StandardCharsets.UTF_8);
    }

    private void respond(Map<String, Object> request) {
        Object id = request.get("id");
        Map<String, Object> reply;
        try {
            reply = reply(id, "result", result(String.valueOf(request.get("method")), object(request.get("params"))));
            answer(reply);
            return;
        } catch (ClientError reported) {
            reply = reply(id, "result", Collections.singletonMap("error", reported.report));
        } catch (Skipped skipped) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("reason", skipped.getMessage());
            told.put("url", skipped.url);
            reply = reply(id, "result", Collections.singletonMap("skipped", told));
        } catch (Refusal refusal) {
            reply = reply(id, "error", error(refusal.code, refusal.getMessage()));
        } catch (Throwable broken) {
            broken.printStackTrace();
            reply = reply(id, "error", error(ADAPTER_BROKE, broken.toString()));
        }
        answer(reply);
    }

    private Object result(String method, Map<String, Object> params) throws Exception {
        switch (method) {
            case "describe":
                return description;
            case "open":
                return open(new Target(params));
            case "call":
                return call(params);
            case "close":
                Session closed = session(params);
                sessions.remove(text(params, "session"));
                closed.close();
                return Collections.emptyMap();
            default:
                throw new Refusal(METHOD_NOT_FOUND, "there is no method " + method);
        }
    }

    private Object open(Target target) throws Exception {
        if (sessions.containsKey(target.session)) {
            throw new Refusal(INVALID_PARAMS, "session " + target.session + " is open already");
        }
        Session session = opening.open(target);
        sessions.put(target.session, session);
        List<String> texts = session.texts();
        return texts == null ? Collections.emptyMap() : Collections.singletonMap("texts", texts);
    }

    private Object call(Map<String, Object> params) throws Exception {
        String operation = text(params, "operation");
        if (!((List<?>) description.get("operations")).contains(operation)) {
            throw new Refusal(METHOD_NOT_FOUND, "this adapter has no operation " + operation);
        }
        return Collections.singletonMap("ok", session(params).call(operation, object(params.get("params"))));
    }

    private Session session(Map<String, Object> params) {
        Session session = sessions.get(String.valueOf(params.get("session")));
        if (session == null) throw new Refusal(INVALID_PARAMS, "no session " + params.get("session") + " is open");
        return session;
    }

    private static Map<String, Object> reply(Object id, String member, Object value) {
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("jsonrpc", "2.0");
        reply.put("id", id);
        reply.put(member, value);
        return reply;
    }

    private static Map<String, Object> error(int code, String message) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", code);
        error.put("message", message);
        return error;
    }

    private void answer(Map<String, Object> reply) {
        byte[] line = (Json.write(reply) + "\n").getBytes(StandardCharsets.UTF_8);
        if (line.length > LINE_LIMIT + 1) {
            throw new Refusal(ADAPTER_BROKE, "the answer takes " + line.length + " bytes, and a line may take " + LINE_LIMIT);
        }
        synchronized (this) {
            try {
                answers.write(line);
                answers.flush();
            } catch (IOException gone) {
                Runtime.getRuntime().halt(0); // nobody listens any more
            }
        }
    }

    /** Let what is under way come to its end, close what is open, and leave behind whatever hangs. */
    private void end(ExecutorService workers) {
        Thread last = daemon(() -> {
            workers.shutdown();
            try {
                workers.awaitTermination(CLOSING_MS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
            for (Session session : sessions.values()) {
                try {
                    session.close();
                } catch (Exception failure) {
                    failure.printStackTrace();
                }
            }
        });
        last.start();
        try {
            last.join(CLOSING_MS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(0);
    }

    private static String text(Map<String, Object> fields, String name) {
        Object value = fields.get(name);
        return value == null ? null : String.valueOf(value);
    }

    @SuppressWarnings("unchecked") // a JSON object is such a map
    private static Map<String, Object> object(Object value) {
        if (value == null) return new LinkedHashMap<>();
        if (value instanceof Map) return (Map<String, Object>) value;
        throw new Refusal(INVALID_PARAMS, "an object was expected");
    }

    /** JSON, as much of it as the contract needs: maps in order, lists, text, booleans, null, and numbers as spelled. */
    public static final class Json {
        private final String text;
        private int at;

        private Json(String text) {
            this.text = text;
        }

        /** A number that keeps its spelling. */
        public static final class Spelled extends Number {
            private static final long serialVersionUID = 1;
            private final String spelling;

            Spelled(String spelling) {
                this.spelling = spelling;
            }

            @Override
            public int intValue() {
                return (int) longValue();
            }

            @Override
            public long longValue() {
                return new java.math.BigDecimal(spelling).longValue();
            }

            @Override
            public float floatValue() {
                return Float.parseFloat(spelling);
            }

            @Override
            public double doubleValue() {
                return Double.parseDouble(spelling);
            }

            @Override
            public String toString() {
                return spelling;
            }
        }

        public static Object read(String text) {
            Json json = new Json(text);
            Object value = json.value();
            json.blank();
            if (json.at < text.length()) throw json.unreadable();
            return value;
        }

        /** Spell a value on one line. What JSON has no word for, NaN and the infinities, becomes text. */
        public static String write(Object value) {
            StringBuilder out = new StringBuilder();
            write(value, out);
            return out.toString();
        }

        private Object value() {
            blank();
            switch (at < text.length() ? text.charAt(at) : ' ') {
                case '{':
                    return members();
                case '[':
                    return items();
                case '"':
                    return string();
                case 't':
                    return word("true", Boolean.TRUE);
                case 'f':
                    return word("false", Boolean.FALSE);
                case 'n':
                    return word("null", null);
                default:
                    return number();
            }
        }

        private Map<String, Object> members() {
            Map<String, Object> members = new LinkedHashMap<>();
            at++;
            if (!closed('}')) {
                do {
                    blank();
                    String name = string();
                    expect(':');
                    members.put(name, value());
                } while (another('}'));
            }
            return members;
        }

        private List<Object> items() {
            List<Object> items = new ArrayList<>();
            at++;
            if (!closed(']')) {
                do {
                    items.add(value());
                } while (another(']'));
            }
            return items;
        }

        private boolean closed(char end) {
            blank();
            if (at >= text.length() || text.charAt(at) != end) return false;
            at++;
            return true;
        }

        private boolean another(char end) {
            if (closed(end)) return false;
            expect(',');
            return true;
        }

        private void expect(char one) {
            if (!closed(one)) throw unreadable();
        }

        private String string() {
            expect('"');
            StringBuilder out = new StringBuilder();
            for (; at < text.length(); at++) {
                char letter = text.charAt(at);
                if (letter == '"') {
                    at++;
                    return out.toString();
                }
                if (letter < ' ') break;
                out.append(letter == '\\' ? escaped() : letter);
            }
            throw unreadable();
        }

        private char escaped() {
            if (++at >= text.length()) throw unreadable();
            char letter = text.charAt(at);
            if (letter == 'u' && at + 4 < text.length()) {
                at += 4;
                return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
            }
            int known = "\"\\/bfnrt".indexOf(letter);
            if (known < 0) throw unreadable();
            return "\"\\/\b\f\n\r\t".charAt(known);
        }

        private Object word(String word, Object value) {
            if (!text.startsWith(word, at)) throw unreadable();
            at += word.length();
            return value;
        }

        private Number number() {
            int from = at;
            while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) at++;
            String spelling = text.substring(from, at);
            if (!spelling.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) throw unreadable();
            return new Spelled(spelling);
        }

        private void blank() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
        }

        private IllegalArgumentException unreadable() {
            return new IllegalArgumentException("no JSON at character " + at);
        }

        private static void write(Object value, StringBuilder out) {
            if (value == null || value instanceof Boolean) {
                out.append(value);
            } else if (value instanceof Number) {
                boolean plain = !Double.isNaN(((Number) value).doubleValue()) && !value.toString().contains("Infinity");
                out.append(plain ? value.toString() : '"' + value.toString() + '"');
            } else if (value instanceof Map) {
                String between = "{";
                for (Map.Entry<?, ?> member : ((Map<?, ?>) value).entrySet()) {
                    out.append(between);
                    write(String.valueOf(member.getKey()), out);
                    write(member.getValue(), out.append(':'));
                    between = ",";
                }
                out.append(between.equals("{") ? "{}" : "}");
            } else if (value instanceof Iterable) {
                String between = "[";
                for (Object item : (Iterable<?>) value) {
                    write(item, out.append(between));
                    between = ",";
                }
                out.append(between.equals("[") ? "[]" : "]");
            } else {
                quote(String.valueOf(value), out);
            }
        }

        private static void quote(String text, StringBuilder out) {
            out.append('"');
            for (int i = 0; i < text.length(); i++) {
                char letter = text.charAt(i);
                int short_ = "\"\\\b\f\n\r\t".indexOf(letter);
                if (short_ >= 0) out.append('\\').append("\"\\bfnrt".charAt(short_));
                else if (letter < ' ') out.append(String.format("\\u%04x", (int) letter));
                else out.append(letter);
            }
            out.append('"');
        }
    }
}
