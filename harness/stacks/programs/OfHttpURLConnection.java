// Java's HttpURLConnection, as the laboratory of HTTP stacks calls it; the protocol stands in README.md.

import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

public final class OfHttpURLConnection {
    public static void main(String[] words) {
        String version = System.getProperty("java.version");
        System.out.println("{\"stack\": \"" + version + "\", \"runtime\": \"Java " + version + "\"}");
        for (int index = 1; index < words.length; index++) {
            String[] call = words[index].split(" ");
            try {
                System.out.println(asked(words[0].equals("cured"), call));
            } catch (Exception problem) {
                System.out.println("{\"error\": " + quoted(problem.toString()) + "}");
            }
        }
        System.exit(0);
    }

    private static String asked(boolean cured, String[] call) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) new URL(call[2]).openConnection();
        connection.setRequestMethod(call[0]);
        connection.setRequestProperty("Key", "key-of-the-laboratory");
        connection.setRequestProperty("Sign", "sign-of-the-laboratory");
        connection.setRequestProperty("Authorization", "Bearer laboratory");
        if (cured) {
            connection.setInstanceFollowRedirects(false);
            connection.setReadTimeout(3000);
        }
        if (call[0].equals("POST")) {
            String text = "nonce=1&c=buy";
            text += "x".repeat(Math.max(0, Integer.parseInt(call[1]) - text.length()));
            connection.setDoOutput(true);
            connection.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }
        int status = connection.getResponseCode();
        byte[] content;
        try (InputStream stream = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            content = stream == null ? new byte[0] : stream.readAllBytes();
        }
        Map<String, List<String>> headers = connection.getHeaderFields();
        String heard = headers.entrySet().stream()
            .filter(one -> one.getKey() != null)
            .map(one -> quoted(one.getKey().toLowerCase()) + ": ["
                + one.getValue().stream().map(OfHttpURLConnection::quoted).collect(Collectors.joining(", ")) + "]")
            .collect(Collectors.joining(", "));
        return "{\"status\": " + status + ", \"bytes\": " + content.length + ", \"headers\": {" + heard + "}}";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", " ").replace("\r", " ") + '"';
    }
}
