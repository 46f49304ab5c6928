<?php

declare(strict_types=1);

namespace Exmo;

/** A client of EXMO's REST API, version 1.1. Without a key and a secret it makes public calls only. */
final class Client
{
    private readonly Transport $transport;
    private readonly Nonces $nonces;

    /**
     * @param float $timeout Seconds for a whole call.
     * @param string|null $stateFolder Where the last nonce is kept, so that it never goes back; give one in production.
     */
    public function __construct(
        private readonly ?string $key = null,
        #[\SensitiveParameter] private readonly ?string $secret = null,
        string $baseUrl = 'https://api.exmo.com',
        private readonly float $timeout = 10.0,
        ?string $stateFolder = null,
        ?string $caFile = null,
        ?string $proxyUrl = null,
    ) {
        $this->transport = new Transport($baseUrl, $caFile, $proxyUrl);
        $this->nonces = new Nonces($stateFolder, (string) $key);
    }

    /** What var_dump and print_r show: the key, and not the secret. */
    public function __debugInfo(): array
    {
        return ['key' => $this->key, 'secret' => $this->secret === null ? null : '…'];
    }

    /** @return array<string, string> What can be spent now, by currency. */
    public function balances(): array
    {
        $balances = Answer::member($this->private('user_info'), 'balances');
        return array_map(Answer::decimal(...), Answer::members($balances));
    }

    /**
     * Place a limit order and return its id. It is sent once: after a failure without an answer, look before you retry.
     *
     * @param string $price A decimal as text, as is the amount: a float would lose digits.
     */
    public function placeOrder(
        string $market,
        string $side,
        string $price,
        string $amount,
        ?string $clientOrderId = null,
    ): string {
        if (!in_array($side, ['buy', 'sell'], true)) {
            throw new ExmoException('invalid_request', 'a side is buy or sell');
        }
        $fields = ['pair' => self::pair($market), 'quantity' => self::plain($amount), 'price' => self::plain($price)];
        $fields += ['type' => $side] + ($clientOrderId === null ? [] : ['client_id' => $clientOrderId]);
        return Answer::id(Answer::member($this->private('order_create', $fields), 'order_id'));
    }

    public function cancelOrder(string $orderId): void
    {
        $this->private('order_cancel', ['order_id' => $orderId]);
    }

    /**
     * The open orders of a market that have a price; EXMO lists stop orders between them.
     *
     * @return list<array{order_id: string, market: string, side: string, price: string, amount: string}>
     */
    public function openOrders(string $market): array
    {
        $pair = self::pair($market);
        $rows = Answer::members($this->private('user_open_orders', ['pair' => $pair]))[$pair] ?? [];
        $priced = array_filter(Answer::items($rows), static fn ($row) => isset($row->price));
        return array_values(array_map(static fn ($row) => [
            'order_id' => Answer::id(Answer::member($row, 'order_id')),
            'market' => $market,
            'side' => Answer::text(Answer::member($row, 'type')),
            'price' => Answer::decimal($row->price),
            'amount' => Answer::decimal(Answer::member($row, 'quantity')),
        ], $priced));
    }

    /** Send coins away and return the task's id. EXMO opens this call on request. */
    public function withdraw(string $currency, string $amount, string $address, ?string $network = null): string
    {
        $fields = ['amount' => self::plain($amount), 'currency' => $currency, 'address' => $address];
        $fields += $network === null ? [] : ['transport' => $network];
        return Answer::id(Answer::member($this->private('withdraw_crypt', $fields), 'task_id'));
    }

    /** Where coins can be sent to: EXMO knows networks by names such as USDTTRC20, and puts a tag behind a comma. */
    public function depositAddress(string $currency, ?string $network = null): string
    {
        $addresses = Answer::members($this->private('deposit_address'));
        $address = $addresses[$currency . $network] ?? null;
        if ($address === null) {
            throw new ExmoException('not_found', "the account has no address for $currency$network");
        }
        return explode(',', Answer::text($address))[0];
    }

    /** @return array{last: string, bid: string, ask: string} */
    public function ticker(string $market): array
    {
        $row = $this->ofMarket($this->public('ticker'), $market);
        $named = ['last' => 'last_trade', 'bid' => 'buy_price', 'ask' => 'sell_price'];
        return array_map(static fn ($name) => Answer::decimal(Answer::member($row, $name)), $named);
    }

    /** @return array{bids: list<array{string, string}>, asks: list<array{string, string}>} The best first. */
    public function orderBook(string $market, int $depth = 100): array
    {
        $query = ['pair' => self::pair($market), 'limit' => (string) min($depth, 1000)];
        $row = $this->ofMarket($this->public('order_book', $query), $market);
        $levels = static fn (string $side) => array_map(
            static fn ($level) => array_map(Answer::decimal(...), array_slice(Answer::items($level), 0, 2)),
            array_slice(Answer::items(Answer::member($row, $side)), 0, $depth),
        );
        return ['bids' => $levels('bid'), 'asks' => $levels('ask')];
    }

    /**
     * Make any private call.
     *
     * @param array<string, string|int|float|bool|list<string>|null> $fields A list is its name repeated; null is left
     *     out.
     */
    public function private(string $method, array $fields = []): mixed
    {
        $deadline = Transport::now() + $this->timeout;
        if (!$this->key || !$this->secret) {
            throw new ExmoException('authentication', 'a private call needs an API key and a secret');
        }
        if (preg_match('/[^\x20-\x7e]/', $this->key) === 1) {
            throw new ExmoException('authentication', 'the API key holds characters that no header can carry');
        }
        $form = self::form($fields);
        return $this->nonces->spend($deadline, function (int $nonce) use ($method, $form, $deadline): mixed {
            // The very text that is signed is the text that is sent.
            $body = ($form === '' ? '' : "$form&") . "nonce=$nonce";
            $headers = [
                'Content-Type: application/x-www-form-urlencoded',
                "Key: $this->key",
                'Sign: ' . hash_hmac('sha512', $body, $this->secret),
                'Expect:', // libcurl would ask for leave before it sends a large body
            ];
            return Answer::read(...$this->transport->send(self::path($method), $body, $headers, $deadline));
        });
    }

    private function public(string $method, array $query = []): mixed
    {
        $target = self::path($method) . ($query === [] ? '' : '?' . self::form($query));
        return Answer::read(...$this->transport->send($target, null, [], Transport::now() + $this->timeout));
    }

    private static function path(string $method): string
    {
        return '/v1.1/' . implode('/', array_map(rawurlencode(...), explode('/', $method)));
    }

    /** Not http_build_query: that spells a list as a[0]=… and true as 1. */
    private static function form(array $fields): string
    {
        $pairs = [];
        foreach ($fields as $name => $value) {
            foreach (is_array($value) ? $value : [$value] as $single) {
                if ($single !== null) {
                    $text = is_string($single) ? $single : json_encode($single);
                    $pairs[] = rawurlencode((string) $name) . '=' . rawurlencode($text);
                }
            }
        }
        return implode('&', $pairs);
    }

    private static function pair(string $market): string
    {
        if (preg_match('~^[^/]+/[^/]+$~', $market) !== 1) {
            throw new ExmoException('invalid_request', 'a market is written BASE/QUOTE');
        }
        return strtr($market, '/', '_');
    }

    private static function plain(string $amount): string
    {
        if (preg_match('/^\d+(\.\d+)?$/D', $amount) !== 1) {
            throw new ExmoException('invalid_request', 'an amount or a price is a plain decimal text, such as 0.0125');
        }
        return $amount;
    }

    /** An unknown market vanishes from the answer without a word. */
    private function ofMarket(mixed $answer, string $market): object
    {
        $row = Answer::members($answer)[self::pair($market)] ?? null;
        return is_object($row) ? $row : throw new ExmoException('not_found', "the exchange lists no market $market");
    }
}
