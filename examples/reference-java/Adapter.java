import java.util.Map;

/** Lets noncense drive the client of the reference exchange: names and shapes are translated here, and nothing else. */
public final class Adapter {
    private static final String[] OPERATIONS = {
        "balances", "place_order", "cancel_order", "open_orders", "withdraw", "deposit_address", "ticker", "order_book", "raw"
    };

    public static void main(String[] arguments) throws Exception {
        new NoncenseAdapter("reference-java", "1.0.0")
                .dialects("reference")
                .operations(OPERATIONS)
                .features("concurrent", "persistent_nonce", "tls")
                .httpStack("java.net.http of Java " + System.getProperty("java.version"))
                .serve(Adapter::open);
    }

    private static NoncenseAdapter.Session open(NoncenseAdapter.Target target) {
        ReferenceClient client;
        try {
            client = new ReferenceClient(
                    target.baseUrl, target.key, target.secret, target.timeoutS, target.stateDir, target.caFile);
        } catch (ReferenceException refused) {
            throw reported(refused);
        }
        return (operation, params) -> {
            try {
                return called(client, operation, params);
            } catch (ReferenceException failure) {
                throw reported(failure);
            }
        };
    }

    private static NoncenseAdapter.ClientError reported(ReferenceException failure) {
        return new NoncenseAdapter.ClientError(failure.kind, failure.getMessage(), "ReferenceException", failure.status);
    }

    private static Object called(ReferenceClient client, String operation, Map<String, Object> params)
            throws ReferenceException {
        String market = (String) params.get("market");
        String currency = (String) params.get("currency");
        String amount = (String) params.get("amount");
        switch (operation) {
            case "balances":
                return client.balances();
            case "place_order":
                String price = (String) params.get("price");
                String own = (String) params.get("client_order_id");
                return Map.of("order_id", client.placeOrder(market, (String) params.get("side"), price, amount, own));
            case "cancel_order":
                client.cancelOrder((String) params.get("order_id"));
                return Map.of();
            case "open_orders":
                return client.openOrders(market);
            case "withdraw":
                client.withdraw(currency, amount, (String) params.get("address"));
                return Map.of();
            case "deposit_address":
                return Map.of("address", client.depositAddress(currency));
            case "ticker":
                return client.ticker(market);
            case "order_book":
                return client.orderBook(market, ((Number) params.get("depth")).intValue());
            default:
                @SuppressWarnings("unchecked") // `raw` has an object there
                Map<String, Object> fields = (Map<String, Object>) params.get("params");
                return client.signed((String) params.get("method"), (String) params.get("target"), fields);
        }
    }
}
