import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/** One request out, one answer in: once, within the time that is left, and to nobody else. */
final class Http {
    static {
        // java.net.http sends a GET again when its connection ended, and the exchange may have read the first copy: one
        // attempt is what we ask for. A connection that is closed after its answer is none that ends just as we write.
        System.setProperty("jdk.httpclient.redirects.retrylimit", "1");
        System.setProperty("jdk.httpclient.disableRetryConnect", "true");
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "connection");
    }

    private static final int LARGEST_ANSWER = 64 * 1024 * 1024;

    private static final Map<String, HttpClient> CLIENTS = new ConcurrentHashMap<>();

    /** Status and body. */
    static final class Answer {
        final int status;
        final byte[] body;

        Answer(int status, byte[] body) {
            this.status = status;
            this.body = body;
        }
    }

    private final HttpClient client;

    Http(String caFile) throws ReferenceException {
        HttpClient known = CLIENTS.get(String.valueOf(caFile));
        if (known == null) {
            known = newClient(caFile);
            CLIENTS.put(String.valueOf(caFile), known);
        }
        client = known;
    }

    private static HttpClient newClient(String caFile) throws ReferenceException {
        // A redirect would take key and signature to whoever is named in it, and a proxy of the system would see them.
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER).proxy(HttpClient.Builder.NO_PROXY);
        if (caFile != null) builder.sslContext(trusting(caFile));
        return builder.build();
    }

    private static SSLContext trusting(String caFile) throws ReferenceException {
        try (InputStream pem = new FileInputStream(caFile)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("ca" + number++, one);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException impossible) {
            throw new ReferenceException("tls", "the file of certificates cannot be read");
        }
    }

    /** Send, until a time of `System.nanoTime` at most, to the last byte. */
    Answer send(HttpRequest.Builder request, long deadline) throws ReferenceException {
        request.header("User-Agent", "reference-java-example/1.0.0").header("Connection", "close");
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request.build(), head -> new Whole(framed(head.headers()) || !tls(request)));
        try {
            HttpResponse<byte[]> whole = answer.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (whole.headers().firstValue("Content-Encoding").filter(coding -> !coding.equals("identity")).isPresent()) {
                throw new ReferenceException("bad_response", "the answer is coded, and nobody asked for that");
            }
            return new Answer(whole.statusCode(), whole.body());
        } catch (TimeoutException late) {
            answer.cancel(true);
            throw new ReferenceException("timeout", "the exchange did not answer in time");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ReferenceException("timeout", "interrupted");
        } catch (ExecutionException failure) {
            throw noAnswer(failure.getCause());
        }
    }

    /** What Java says of a failure may quote the request, so only its kind is told. */
    private static ReferenceException noAnswer(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TooMuch) return new ReferenceException("bad_response", cause.getMessage());
            if (cause instanceof SSLException) return new ReferenceException("tls", "there is no trusted connection");
            if (cause instanceof HttpTimeoutException) return new ReferenceException("timeout", "no answer in time");
            if (cause instanceof ProtocolException) return new ReferenceException("bad_response", "the answer is no HTTP");
        }
        return new ReferenceException("network", "no answer, or half of one");
    }

    private static boolean tls(HttpRequest.Builder request) {
        return "https".equals(request.build().uri().getScheme());
    }

    /**
     * Tell whether an answer says where it ends. Without that it ends with its connection, and Java does not tell whether
     * TLS had said so (RFC 9112, section 9.8).
     */
    private static boolean framed(HttpHeaders headers) {
        return headers.firstValue("Content-Length").isPresent() || headers.firstValue("Transfer-Encoding").isPresent();
    }

    /** An answer that is not read to its end. */
    private static final class TooMuch extends IOException {
        private static final long serialVersionUID = 1;

        TooMuch(String message) {
            super(message);
        }
    }

    /** Gathers a body that is no larger than any that the exchange gives. */
    private static final class Whole implements HttpResponse.BodySubscriber<byte[]> {
        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
        private final boolean framed;
        private Flow.Subscription subscription;

        Whole(boolean framed) {
            this.framed = framed;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscribed) {
            subscription = subscribed;
            if (framed) subscription.request(Long.MAX_VALUE);
            else stop("the answer has no length, so nobody could see that it was cut off");
        }

        @Override
        public void onNext(List<ByteBuffer> pieces) {
            for (ByteBuffer piece : pieces) {
                byte[] bytes = new byte[piece.remaining()];
                piece.get(bytes);
                gathered.write(bytes, 0, bytes.length);
            }
            if (gathered.size() > LARGEST_ANSWER) stop("the answer is larger than any that we know of");
        }

        private void stop(String why) {
            subscription.cancel();
            body.completeExceptionally(new TooMuch(why));
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(gathered.toByteArray());
        }
    }
}
