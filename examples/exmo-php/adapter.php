<?php

// Lets noncense drive the EXMO client: names and shapes are translated here, and nothing else.

declare(strict_types=1);

use Exmo\Client;
use Exmo\ExmoException;

require __DIR__ . '/../../adapters/php/noncense_adapter.php';
spl_autoload_register(static function (string $class): void {
    require __DIR__ . '/src/' . substr($class, strlen('Exmo\\')) . '.php';
});

const OPERATIONS = [
    'balances', 'place_order', 'cancel_order', 'open_orders', 'withdraw', 'deposit_address', 'ticker', 'order_book', 'raw',
];

function called(Client $client, string $operation, array $params): mixed
{
    ['market' => $market, 'currency' => $currency] = $params + ['market' => '', 'currency' => ''];
    switch ($operation) {
        case 'balances':
            return (object) $client->balances();
        case 'place_order':
            ['side' => $side, 'price' => $price, 'amount' => $amount] = $params;
            $id = $client->placeOrder($market, $side, $price, $amount, $params['client_order_id'] ?? null);
            return ['order_id' => $id];
        case 'cancel_order':
            $client->cancelOrder($params['order_id']);
            return (object) [];
        case 'open_orders':
            return $client->openOrders($market);
        case 'withdraw':
            $client->withdraw($currency, $params['amount'], $params['address'], $params['network'] ?? null);
            return (object) [];
        case 'deposit_address':
            return ['address' => $client->depositAddress($currency, $params['network'] ?? null)];
        case 'ticker':
            return $client->ticker($market);
        case 'order_book':
            return $client->orderBook($market, (int) $params['depth']);
        case 'raw':
            return $client->private($params['target'], $params['params'] ?? []);
    }
}

Noncense\serve([
    'name' => 'exmo-php',
    'version' => '1.0.0',
    'dialects' => ['exmo'],
    'operations' => OPERATIONS,
    'features' => ['persistent_nonce', 'tls', 'proxy'],
    'http_stack' => 'libcurl ' . curl_version()['version'],
    'open' => static function (#[SensitiveParameter] array $target): callable {
        $client = new Client(
            key: $target['key'],
            secret: $target['secret'],
            baseUrl: $target['base_url'],
            timeout: (float) $target['timeout_s'],
            stateFolder: $target['state_dir'],
            caFile: $target['ca_file'] ?? null,
            proxyUrl: $target['proxy_url'] ?? null,
        );
        return static function (string $operation, array $params) use ($client): mixed {
            try {
                return called($client, $operation, $params);
            } catch (ExmoException $error) {
                throw new Noncense\ClientError($error->kind, $error->getMessage(), 'ExmoException', $error->status);
            }
        };
    },
]);
