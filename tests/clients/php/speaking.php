<?php

// How each exchange is asked and answers: an operation of the contract to requests, and answers to values.

declare(strict_types=1);

const OPERATIONS = [
    'balances', 'place_order', 'cancel_order', 'open_orders', 'withdraw', 'deposit_address', 'ticker', 'order_book', 'raw',
];
const SPEAKERS = [
    'reference' => 'speak_reference', 'poloniex' => 'speak_poloniex', 'exmo' => 'speak_exmo', 'bitunix' => 'speak_bitunix',
];

const REFERENCE_KINDS = [
    'maintenance' => 'unavailable', 'unknown_endpoint' => 'not_found', 'method_not_allowed' => 'invalid_request',
    'too_large' => 'invalid_request', 'missing_header' => 'authentication', 'malformed_header' => 'invalid_request',
    'unknown_key' => 'authentication', 'inactive_key' => 'authentication', 'address_not_allowed' => 'permission',
    'bad_signature' => 'authentication', 'timestamp_outside_window' => 'timestamp', 'nonce_not_increasing' => 'nonce',
    'rate_limited' => 'rate_limit', 'permission_denied' => 'permission', 'invalid_request' => 'invalid_request',
    'insufficient_funds' => 'insufficient_funds', 'below_minimum' => 'invalid_request', 'rejected' => 'invalid_request',
    'order_not_found' => 'order_not_found', 'unknown_market' => 'not_found',
];
const POLONIEX_KINDS = [
    'invalid api key/secret pair' => 'authentication', 'nonce must be greater than' => 'nonce',
    'invalid nonce parameter' => 'nonce', 'invalid command' => 'not_found', 'permission' => 'permission',
    'account is ' => 'permission', 'may reside in a location' => 'permission', 'not enough' => 'insufficient_funds',
    'order not found' => 'order_not_found', 'invalid order number, or you' => 'order_not_found',
    'completed or does not exist' => 'order_not_found', 'please do not make more than' => 'rate_limit',
    'this ip has been' => 'rate_limit', 'too many requests' => 'rate_limit', 'connection timed out' => 'timeout',
    'internal error' => 'unavailable', 'transaction failed' => 'unavailable', 'maintenance' => 'unavailable',
];
const EXMO_KINDS = [
    40003 => 'authentication', 40004 => 'authentication', 40005 => 'authentication', 40009 => 'nonce',
    40013 => 'invalid_request', 40015 => 'not_found', 40016 => 'unavailable', 40017 => 'authentication',
    40032 => 'permission', 40033 => 'permission', 40034 => 'rate_limit', 40038 => 'invalid_request', 10193 => 'not_found',
    10519 => 'permission', 50013 => 'invalid_request', 50049 => 'invalid_request', 50052 => 'insufficient_funds',
    50054 => 'insufficient_funds', 50173 => 'order_not_found', 50277 => 'invalid_request', 50304 => 'order_not_found',
    50319 => 'invalid_request', 50321 => 'invalid_request', 50381 => 'invalid_request', 140333 => 'invalid_request',
    140434 => 'insufficient_funds', 191021 => 'order_not_found',
];
const BITUNIX_KINDS = [
    2 => 'invalid_request', 500 => 'unavailable', 10016 => 'authentication', 10058 => 'invalid_request',
    70003 => 'invalid_request', 100004 => 'authentication', 100005 => 'authentication', 100008 => 'timestamp',
    100011 => 'permission', 110007 => 'invalid_request', 110008 => 'invalid_request', 110033 => 'permission',
    110041 => 'rate_limit', 10034 => 'insufficient_funds',
];
const NETWORKS = ['BTC' => 'BTC', 'ETH' => 'ETH', 'USDT' => 'Tron (TRC-20)'];

/** Tell a refusal; null for a success. */
function refusal_of(string $dialect, int $status, mixed $body): ?Failure
{
    $error = member($body, 'error');
    [$no, $kind, $words] = match ($dialect) {
        'reference' => [
            false,
            is_string(member($body, 'code')) ? (REFERENCE_KINDS[member($body, 'code')] ?? null) : null,
            [member($body, 'code'), member($body, 'detail')],
        ],
        'poloniex' => of_poloniex($status, $body, $error ?? member(member($body, 'result'), 'error')),
        'exmo' => of_exmo($status, $body, $error),
        'bitunix' => of_bitunix($status, $body),
    };
    if ($status >= 200 && $status < 300 && !$no) {
        return null;
    }
    $said = implode(' ', array_filter(["HTTP $status", ...$words], is_string(...)));
    if ($status >= 500) {
        return new Failure(kind_of_status($status), $said, $status);
    }
    return new Failure($kind ?? ($status === 200 ? 'unknown' : kind_of_status($status)), $said, $status);
}

function of_poloniex(int $status, mixed $body, mixed $error): array
{
    $success = is_object($body) && property_exists($body, 'success') ? $body->success : 1;
    $no = !in_array($error, [null, '', false], true) || in_array($success, ['0', 0, false], true);
    $texts = array_filter([$error, member($body, 'response'), member($body, 'message')], is_string(...));
    $words = array_values($texts)[0] ?? '';
    $kind = $words !== '' && in_array($status, [200, 422], true) ? 'invalid_request' : null;
    foreach (POLONIEX_KINDS as $part => $named) {
        if (str_contains(strtolower($words), $part)) {
            $kind = $named;
            break;
        }
    }
    return [makes('null-is-success') && is_nothing($body) ? false : $no, $kind, [$words]];
}

function of_exmo(int $status, mixed $body, mixed $error): array
{
    $words = is_string($error) ? $error : (member($error, 'msg') ?? member($body, 'errmsg'));
    $words = is_string($words) ? $words : '';
    $code = member($error, 'code');
    if (!is_string($code) && preg_match('/^(?:Error\s+)?(\d{5,6})\b/', $words, $found) === 1) {
        $code = $found[1];
    }
    $no = member($body, 'result') === false || !in_array($error, [null, '', false], true) || member($body, 's') === 'error';
    $kind = str_contains($words, 'rate limit') ? 'rate_limit' : (is_string($code) ? (EXMO_KINDS[$code] ?? null) : null);
    return [makes('null-is-success') && is_nothing($body) ? false : $no, $kind, [$code, $words]];
}

function of_bitunix(int $status, mixed $body): array
{
    $code = is_object($body) && property_exists($body, 'code') ? (is_string($body->code) ? $body->code : '') : null;
    $no = ($code !== null && $code !== '0') || (is_object($body) && ($body->success ?? null) === false);
    return [$no, $code === null ? null : (BITUNIX_KINDS[$code] ?? null), [$code, member($body, 'msg')]];
}

// --- what the user gives

function parts(string $market): array
{
    return preg_match('~^([^/]+)/([^/]+)$~', $market, $found) === 1
        ? [$found[1], $found[2]]
        : throw new Failure('invalid_request', 'a market is written BASE/QUOTE');
}

function plain(mixed $amount): string
{
    return is_string($amount) && preg_match('/^\d+(\.\d+)?$/D', $amount) === 1
        ? $amount
        : throw new Failure('invalid_request', 'an amount or a price is a plain decimal text');
}

function sided(mixed $side): string
{
    return in_array($side, ['buy', 'sell'], true) ? $side : throw new Failure('invalid_request', 'a side is buy or sell');
}

function own(string $name, mixed $id): array
{
    return $id === null || $id === '' ? [] : [[$name, $id]];
}

function shown(mixed $id): array
{
    return is_string($id) && $id !== '' && $id !== '0' ? ['client_order_id' => $id] : [];
}

function given(array $params): array
{
    $pairs = [];
    foreach ($params['params'] ?? [] as $name => $value) {
        if ($value !== null) {
            $pairs[] = [(string) $name, $value];
        }
    }
    return $pairs;
}

function get(string $path, array ...$pairs): array
{
    return ['method' => 'GET', 'path' => $path, 'pairs' => $pairs, 'place' => 'query'];
}

function post(string $path, array ...$pairs): array
{
    return ['method' => 'POST', 'path' => $path, 'pairs' => $pairs, 'place' => 'json'];
}

function form(string $path, array ...$pairs): array
{
    return ['method' => 'POST', 'path' => $path, 'pairs' => $pairs, 'place' => 'form'];
}

function open_to_all(array $wanted): array
{
    return $wanted + ['public' => true];
}

function levels(mixed $rows, mixed $depth, string|int $price, string|int $amount): array
{
    $first = array_slice(items($rows), 0, (int) $depth);
    return array_map(static fn ($row) => [decimal(member($row, $price)), decimal(member($row, $amount))], $first);
}

function any_call(array $params): array
{
    $method = $params['method'];
    $place = $method === 'GET' ? 'query' : 'json';
    return ['method' => $method, 'path' => $params['target'], 'pairs' => given($params), 'place' => $place, 'plain' => true];
}

function market_of(mixed $answer, string $name): mixed
{
    return members($answer)[$name] ?? throw new Failure('not_found', "the exchange lists no market $name");
}

// --- the exchanges

function speak_reference(string $operation, array $params, callable $ask): mixed
{
    $market = $params['market'] ?? '';
    $id = $params['client_order_id'] ?? null;
    switch ($operation) {
        case 'balances':
            $rows = members($ask(get('/v1/balances')));
            return (object) array_map(static fn ($row) => decimal(member($row, 'available')), $rows);
        case 'place_order':
            $order = [['market', $market], ['side', sided($params['side'])], ['price', plain($params['price'])]];
            $order = [...$order, ['amount', plain($params['amount'])], ...own('client_order_id', $id)];
            return ['order_id' => text(member($ask(post('/v1/orders', ...$order)), 'order_id'))];
        case 'cancel_order':
            members($ask(post('/v1/orders/' . rawurlencode($params['order_id']) . '/cancel')));
            return (object) [];
        case 'open_orders':
            return array_map(static fn ($row) => [
                'order_id' => text(member($row, 'order_id')), 'market' => text(member($row, 'market')),
                'side' => text(member($row, 'side')), 'price' => decimal(member($row, 'price')),
                'amount' => decimal(member($row, 'remaining')), ...shown(member($row, 'client_order_id')),
            ], items($ask(get('/v1/orders', ['market', $market]))));
        case 'withdraw':
            $pairs = [['currency', $params['currency']], ['amount', plain($params['amount'])]];
            $pairs = [...$pairs, ['address', $params['address']], ...own('network', $params['network'] ?? null)];
            text(member($ask(post('/v1/withdrawals', ...$pairs)), 'withdrawal_id'));
            return (object) [];
        case 'deposit_address':
            $pairs = [['currency', $params['currency']], ...own('network', $params['network'] ?? null)];
            return ['address' => text(member($ask(get('/v1/deposit-address', ...$pairs)), 'address'))];
        case 'ticker':
            $row = $ask(open_to_all(get('/v1/ticker', ['market', $market])));
            return array_map(static fn ($name) => decimal(member($row, $name)), ['last' => 'last', 'bid' => 'bid', 'ask' => 'ask']);
        case 'order_book':
            $depth = $params['depth'];
            $pairs = [['market', $market], ['depth', (string) min((int) $depth, 100)]];
            $book = $ask(open_to_all(get('/v1/order-book', ...$pairs)));
            return ['bids' => levels(member($book, 'bids'), $depth, 0, 1), 'asks' => levels(member($book, 'asks'), $depth, 0, 1)];
        default:
            return $ask(any_call($params));
    }
}

function speak_poloniex(string $operation, array $params, callable $ask): mixed
{
    $pair = isset($params['market']) ? implode('_', array_reverse(parts($params['market']))) : '';
    $command = static fn (string $name, array ...$pairs) => form('/tradingApi', ['command', $name], ...$pairs);
    $public = static fn (string $name, array ...$pairs) => open_to_all(get('/public', ['command', $name], ...$pairs));
    switch ($operation) {
        case 'balances':
            return (object) array_map(decimal(...), members($ask($command('returnBalances'))));
        case 'place_order':
            $order = [['currencyPair', $pair], ['rate', plain($params['price'])], ['amount', plain($params['amount'])]];
            $order = [...$order, ...own('clientOrderId', $params['client_order_id'] ?? null)];
            return ['order_id' => text(member($ask($command(sided($params['side']), ...$order)), 'orderNumber'))];
        case 'cancel_order':
            members($ask($command('cancelOrder', ['orderNumber', $params['order_id']])));
            return (object) [];
        case 'open_orders':
            return array_map(static fn ($row) => [
                'order_id' => text(member($row, 'orderNumber')), 'market' => $params['market'],
                'side' => text(member($row, 'type')), 'price' => decimal(member($row, 'rate')),
                'amount' => decimal(member($row, 'amount')), ...shown(member($row, 'clientOrderId')),
            ], items($ask($command('returnOpenOrders', ['currencyPair', $pair]))));
        case 'withdraw':
            $pairs = [['currency', $params['currency']], ['amount', plain($params['amount'])]];
            $pairs = [...$pairs, ['address', $params['address']], ...own('currencyToWithdrawAs', $params['network'] ?? null)];
            text(member($ask($command('withdraw', ...$pairs)), 'response'));
            return (object) [];
        case 'deposit_address':
            $known = members($ask($command('returnDepositAddresses')))[$params['currency']] ?? null;
            $known ??= member($ask($command('generateNewAddress', ['currency', $params['currency']])), 'response');
            return ['address' => text($known)];
        case 'ticker':
            $row = market_of($ask($public('returnTicker')), $pair);
            $names = ['last' => 'last', 'bid' => 'highestBid', 'ask' => 'lowestAsk'];
            return array_map(static fn ($name) => decimal(member($row, $name)), $names);
        case 'order_book':
            $depth = $params['depth'];
            $book = $ask($public('returnOrderBook', ['currencyPair', $pair], ['depth', (string) $depth]));
            return ['bids' => levels(member($book, 'bids'), $depth, 0, 1), 'asks' => levels(member($book, 'asks'), $depth, 0, 1)];
        default:
            return $ask($command($params['target'], ...given($params)) + ['plain' => true]);
    }
}

function speak_exmo(string $operation, array $params, callable $ask): mixed
{
    $pair = isset($params['market']) ? implode('_', parts($params['market'])) : '';
    $method = static fn (string $name, array ...$pairs) => form("/v1.1/$name", ...$pairs);
    switch ($operation) {
        case 'balances':
            return (object) array_map(decimal(...), members(member($ask($method('user_info')), 'balances')));
        case 'place_order':
            $order = [['pair', $pair], ['quantity', plain($params['amount'])], ['price', plain($params['price'])]];
            $order = [...$order, ['type', sided($params['side'])], ...own('client_id', $params['client_order_id'] ?? null)];
            return ['order_id' => text(member($ask($method('order_create', ...$order)), 'order_id'))];
        case 'cancel_order':
            members($ask($method('order_cancel', ['order_id', $params['order_id']])));
            return (object) [];
        case 'open_orders':
            $rows = items(members($ask($method('user_open_orders', ['pair', $pair])))[$pair] ?? []);
            return array_values(array_map(static fn ($row) => [
                'order_id' => text(member($row, 'order_id')), 'market' => $params['market'],
                'side' => text(member($row, 'type')), 'price' => decimal(member($row, 'price')),
                'amount' => decimal(member($row, 'quantity')), ...shown(member($row, 'client_id')),
            ], array_filter($rows, static fn ($row) => member($row, 'price') !== null)));
        case 'withdraw':
            $pairs = [['amount', plain($params['amount'])], ['currency', $params['currency']]];
            $pairs = [...$pairs, ['address', $params['address']], ...own('transport', $params['network'] ?? null)];
            text(member($ask($method('withdraw_crypt', ...$pairs)), 'task_id'));
            return (object) [];
        case 'deposit_address':
            $name = $params['currency'] . ($params['network'] ?? '');
            $address = members($ask($method('deposit_address')))[$name] ?? null;
            $address ??= throw new Failure('not_found', "the account has no address for $name");
            return ['address' => explode(',', text($address))[0]];
        case 'ticker':
            $row = market_of($ask(open_to_all(get('/v1.1/ticker'))), $pair);
            $names = ['last' => 'last_trade', 'bid' => 'buy_price', 'ask' => 'sell_price'];
            return array_map(static fn ($name) => decimal(member($row, $name)), $names);
        case 'order_book':
            $depth = $params['depth'];
            $pairs = [['pair', $pair], ['limit', (string) min((int) $depth, 1000)]];
            $book = market_of($ask(open_to_all(get('/v1.1/order_book', ...$pairs))), $pair);
            return ['bids' => levels(member($book, 'bid'), $depth, 0, 1), 'asks' => levels(member($book, 'ask'), $depth, 0, 1)];
        default:
            $name = implode('/', array_map(rawurlencode(...), explode('/', $params['target'])));
            return $ask($method($name, ...given($params)) + ['plain' => true]);
    }
}

function speak_bitunix(string $operation, array $params, callable $ask, array &$memory): mixed
{
    $symbol = isset($params['market']) ? implode('', parts($params['market'])) : '';
    $path = static fn (string $name) => "/api/spot/v1/$name";
    $coin = static fn () => [
        ['coin', $params['currency']],
        ['network', $params['network'] ?? NETWORKS[$params['currency']] ?? $params['currency']],
    ];
    $book = static function () use ($ask, $path, $symbol, &$memory): mixed {
        $memory['markets'] ??= items(member($ask(open_to_all(get($path('common/coin_pair/list')))), 'data'));
        foreach ($memory['markets'] as $row) {
            if (strtoupper((string) member($row, 'symbol')) === strtoupper($symbol)) {
                $precision = decimal(items(member($row, 'precisions'))[0] ?? '0.00000001');
                $asked = get($path('market/depth'), ['symbol', $symbol], ['precision', $precision]);
                return member($ask(open_to_all($asked)), 'data');
            }
        }
        throw new Failure('not_found', "the exchange lists no market $symbol");
    };
    switch ($operation) {
        case 'balances':
            $rows = items(member($ask(get($path('user/account'))), 'data'));
            $coins = array_map(static fn ($row) => text(member($row, 'coin')), $rows);
            return (object) array_combine($coins, array_map(static fn ($row) => decimal(member($row, 'balance')), $rows));
        case 'place_order':
            $order = [['side', new Plain(sided($params['side']) === 'buy' ? '2' : '1')], ['type', new Plain('1')]];
            $order = [...$order, ['volume', plain($params['amount'])], ['price', plain($params['price'])]];
            $order = [...$order, ['symbol', $symbol], ...own('clientId', $params['client_order_id'] ?? null)];
            $placed = member($ask(post($path('order/place_order'), ...$order)), 'data');
            $code = member($placed, 'placeCode');
            $accepted = in_array(member($placed, 'placeStatus'), [null, '', '1', 'ok'], true);
            if (!$accepted || (member($placed, 'orderId') === null && $code)) {
                $kind = $code === '10034' ? 'insufficient_funds' : 'invalid_request';
                throw new Failure($kind, "HTTP 200 $code " . member($placed, 'placeMsg'), 200);
            }
            return ['order_id' => text(member($placed, 'orderId'))];
        case 'cancel_order':
            $one = ['orderId' => $params['order_id'], 'symbol' => $symbol];
            $ask(post($path('order/cancel'), ['orderIdList', [$one]]));
            return (object) [];
        case 'open_orders':
            $rows = items(member($ask(post($path('order/pending/list'), ['symbol', $symbol])), 'data'));
            return array_values(array_map(static fn ($row) => [
                'order_id' => text(member($row, 'orderId')), 'market' => $params['market'],
                'side' => member($row, 'side') === '2' ? 'buy' : 'sell', 'price' => decimal(member($row, 'price')),
                'amount' => decimal(member($row, 'leftVolume')), ...shown(member($row, 'clientId')),
            ], array_filter($rows, static fn ($row) => member($row, 'type') !== '2')));
        case 'withdraw':
            $pairs = [...$coin(), ['address', $params['address']], ['amount', new Plain(plain($params['amount']))]];
            $data = member($ask(post($path('withdraw'), ...$pairs)), 'data');
            text(is_object($data) ? member($data, 'withdrawId') : $data);
            return (object) [];
        case 'deposit_address':
            $rows = items(member($ask(post($path('deposit/address'), ...$coin())), 'data'));
            return ['address' => text(member($rows[0] ?? throw new Failure('not_found', 'there is no address'), 'address'))];
        case 'ticker':
            $last = decimal(member($ask(open_to_all(get($path('market/last_price'), ['symbol', $symbol]))), 'data'));
            $found = $book();
            $best = static fn (string $side) => decimal(member(items(member($found, $side))[0] ?? null, 'price') ?? '0');
            return ['last' => $last, 'bid' => $best('bids'), 'ask' => $best('asks')];
        case 'order_book':
            $found = $book();
            $levels = static fn (string $side) => levels(member($found, $side), $params['depth'], 'price', 'volume');
            return ['bids' => $levels('bids'), 'asks' => $levels('asks')];
        default:
            return $ask(any_call($params));
    }
}
