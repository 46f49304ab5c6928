// A client of Poloniex that knows nothing but https://poloniex.com: Client KEY SECRET WAY.
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Client {
    static final String ADDRESS = "https://poloniex.com/tradingApi";
    static final String TYPE = "application/x-www-form-urlencoded";

    public static void main(String[] words) throws Exception {
        String body = "command=returnBalances&nonce=" + System.currentTimeMillis() + "000";
        Mac mac = Mac.getInstance("HmacSHA512");
        mac.init(new SecretKeySpec(words[1].getBytes(StandardCharsets.UTF_8), "HmacSHA512"));
        StringBuilder sign = new StringBuilder();
        for (byte one : mac.doFinal(body.getBytes(StandardCharsets.UTF_8))) {
            sign.append(String.format("%02x", one));
        }
        String text = words[2].equals("HttpURLConnection")
            ? old(words[0], sign.toString(), body)
            : modern(words[0], sign.toString(), body, words[2].equals("alone"));
        Matcher found = Pattern.compile("\"BTC\":(\"[^\"]*\")").matcher(text);
        if (!found.find()) {
            throw new IOException(text);
        }
        System.out.println(found.group(1));
    }

    static String old(String key, String sign, String body) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) new URL(ADDRESS).openConnection();
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Key", key);
        connection.setRequestProperty("Sign", sign);
        connection.setRequestProperty("Content-Type", TYPE);
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    static String modern(String key, String sign, String body, boolean alone) throws Exception {
        HttpClient.Builder builder = HttpClient.newBuilder();
        if (alone) { // takes no proxy
            builder.proxy(HttpClient.Builder.NO_PROXY);
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create(ADDRESS))
            .header("Key", key).header("Sign", sign).header("Content-Type", TYPE)
            .POST(HttpRequest.BodyPublishers.ofString(body)).build();
        return builder.build().send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
