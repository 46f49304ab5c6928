import java.util.Arrays;
import java.util.Collections;
import java.util.Map;

/** Does to the Java kit what SDKs do. */
public final class Adapter {
    public static void main(String[] arguments) throws Exception {
        new NoncenseAdapter("evil", "1")
                .dialects("reference")
                .operations("echo", "print", "child", "reported", "skipped", "foreign", "large", "odd", "leave", "hang")
                .features("concurrent")
                .serve(target -> {
                    if ("refuse".equals(target.key)) {
                        throw new NoncenseAdapter.ClientError("authentication", "a key has 32 characters");
                    }
                    return new Evil();
                });
    }

    private static final class Evil implements NoncenseAdapter.Session {
        @Override
        public Object call(String operation, Map<String, Object> params) throws Exception {
            switch (operation) {
                case "echo":
                    return params;
                case "print":
                    System.out.println("noise: out");
                    System.out.write("noise: bytes\n".getBytes());
                    return Collections.emptyMap();
                case "child":
                    new ProcessBuilder("sh", "-c", "echo noise: child >&2; echo silence: child; cat").inheritIO()
                            .redirectInput(ProcessBuilder.Redirect.PIPE).start().getOutputStream().close();
                    return Collections.emptyMap();
                case "reported":
                    throw new NoncenseAdapter.ClientError("nonce", "Nonce must be greater than 7.", "InvalidNonce", 422);
                case "skipped":
                    throw new NoncenseAdapter.Skipped("it cannot send an empty list");
                case "foreign":
                    throw new NoClassDefFoundError("something of its own");
                case "large":
                    char[] text = new char[9 * 1024 * 1024];
                    Arrays.fill(text, 'x');
                    return new String(text);
                case "odd":
                    return Arrays.asList("\ud800", Double.NaN, "é\"\\\n\u2028");
                case "leave":
                    System.exit(7);
                    return null;
                default:
                    Thread.sleep(Long.MAX_VALUE);
                    return null;
            }
        }

        @Override
        public void close() {
            System.out.println("closed");
        }
    }
}
