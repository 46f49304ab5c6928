// Java's HttpClient, as the laboratory of HTTP stacks calls it; the protocol stands in README.md.

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

public final class OfHttpClient {
    public static void main(String[] words) {
        String version = System.getProperty("java.version");
        System.out.println("{\"stack\": \"" + version + "\", \"runtime\": \"Java " + version + "\"}");
        HttpClient.Builder builder = HttpClient.newBuilder();
        if (words[0].equals("follow")) {
            builder.followRedirects(HttpClient.Redirect.NORMAL);
        }
        HttpClient client = builder.build();
        for (int index = 1; index < words.length; index++) {
            String[] call = words[index].split(" ");
            try {
                System.out.println(asked(client, words[0].equals("cured"), call));
            } catch (Exception problem) {
                System.out.println("{\"error\": " + quoted(problem.toString()) + "}");
            }
        }
        System.exit(0);
    }

    private static String asked(HttpClient client, boolean cured, String[] call) throws Exception {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(call[2]))
            .header("Key", "key-of-the-laboratory")
            .header("Sign", "sign-of-the-laboratory")
            .header("Authorization", "Bearer laboratory");
        HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.noBody();
        if (call[0].equals("POST")) {
            String text = "nonce=1&c=buy";
            text += "x".repeat(Math.max(0, Integer.parseInt(call[1]) - text.length()));
            body = HttpRequest.BodyPublishers.ofString(text);
            builder.header("Content-Type", "application/x-www-form-urlencoded");
        }
        if (cured) {
            builder.timeout(Duration.ofSeconds(3));
        }
        HttpRequest request = builder.method(call[0], body).build();
        HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        Map<String, List<String>> headers = answer.headers().map();
        String heard = headers.entrySet().stream()
            .map(one -> quoted(one.getKey().toLowerCase()) + ": ["
                + one.getValue().stream().map(OfHttpClient::quoted).collect(Collectors.joining(", ")) + "]")
            .collect(Collectors.joining(", "));
        return "{\"status\": " + answer.statusCode() + ", \"bytes\": " + answer.body().length
            + ", \"headers\": {" + heard + "}}";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", " ").replace("\r", " ") + '"';
    }
}
