<?php

// A small client of all four exchanges for PHP, right unless its command line names a mistake: `php client.php NAME`.

declare(strict_types=1);

require __DIR__ . '/../../../adapters/php/noncense_adapter.php';
require __DIR__ . '/reading.php';
require __DIR__ . '/speaking.php';

define('MISTAKE', $argv[1] ?? '');

function makes(string $name): bool
{
    return MISTAKE === "php-$name";
}

/** Nonces of each key, whatever sessions there are. */
final class Ring
{
    private static array $last = [];

    public static function next(string $dialect, string $key): string
    {
        if ($dialect === 'bitunix') {
            return bin2hex(random_bytes(16));
        }
        if (makes('nonce-in-seconds')) {
            return (string) time();
        }
        $clock = (int) (microtime(true) * 1000);
        return (string) (self::$last["$dialect $key"] = max((self::$last["$dialect $key"] ?? 0) + 1, $clock));
    }
}

function escaped(string $text): string
{
    return rawurlencode($text);
}

function as_text(mixed $value): string
{
    return match (true) {
        is_string($value) => $value,
        $value instanceof Plain => $value->text,
        default => json_encode($value, FLAGS),
    };
}

/** @param list<array{string, mixed}> $pairs A list is its name repeated. */
function joined(array $pairs): string
{
    $written = [];
    foreach (repeated($pairs) as [$name, $text]) {
        $written[] = escaped($name) . '=' . escaped($text);
    }
    return implode('&', $written);
}

function repeated(array $pairs): array
{
    $singles = [];
    foreach ($pairs as [$name, $value]) {
        foreach (is_array($value) && array_is_list($value) ? $value : [$value] as $single) {
            $singles[] = [(string) $name, as_text($single)];
        }
    }
    return $singles;
}

function as_json(array $pairs, int $more = 0): string
{
    if ($pairs === []) {
        return '';
    }
    $members = [];
    foreach ($pairs as [$name, $value]) {
        $text = $value instanceof Plain ? $value->text : json_encode($value, FLAGS | $more);
        $members[] = json_encode((string) $name, FLAGS) . ':' . $text;
    }
    return '{' . implode(',', $members) . '}';
}

final class Client
{
    private array $memory = [];

    public function __construct(#[SensitiveParameter] private readonly array $account)
    {
    }

    public function call(string $operation, array $params): mixed
    {
        $deadline = hrtime(true) / 1e9 + (float) $this->account['timeout_s'];
        if (makes('floats')) {
            foreach (array_intersect(['price', 'amount'], array_keys($params)) as $name) {
                $params[$name] = (string) round((float) $params[$name] * 1.0, 3);
            }
        }
        $ask = fn (array $wanted): mixed => $this->asked($wanted, $deadline);
        try {
            return (SPEAKERS[$this->account['dialect']])($operation, $params, $ask, $this->memory);
        } catch (JsonException) {
            throw new Noncense\ClientError('invalid_request', 'a parameter holds text that UTF-8 cannot spell', 'Failure');
        } catch (Failure $failure) {
            throw new Noncense\ClientError($failure->kind, $failure->getMessage(), 'Failure', $failure->status);
        }
    }

    private function asked(array $wanted, float $deadline): mixed
    {
        try {
            return $this->once($wanted, $deadline);
        } catch (Failure $failure) {
            if (!makes('orders-again') || $failure->kind !== 'network') {
                throw $failure;
            }
        }
        return $this->once($wanted, $deadline);
    }

    private function once(array $wanted, float $deadline): mixed
    {
        $wanted += ['pairs' => [], 'public' => false];
        $inQuery = $wanted['place'] === 'query';
        $query = $inQuery ? joined($wanted['pairs']) : '';
        $body = match ($wanted['place']) {
            'query' => '',
            'form' => joined($wanted['pairs']),
            'json' => as_json($wanted['pairs']),
        };
        $target = $wanted['path'] . ($query === '' ? '' : "?$query");
        $headers = ['Expect:', 'User-Agent: php-client/1.0'];
        if ($wanted['place'] === 'form') {
            $headers[] = 'Content-Type: application/x-www-form-urlencoded';
        } elseif ($body !== '') {
            $headers[] = 'Content-Type: application/json';
        } elseif ($wanted['method'] === 'POST') {
            $headers[] = 'Content-Type:';
        }
        if (!$wanted['public']) {
            [$body, $signed] = $this->signed($wanted, $target, $body);
            array_push($headers, ...$signed);
        }
        [$status, $text] = $this->sent($wanted['method'], $target, $body, $headers, $deadline);
        $parsed = exactly($text, $status);
        $refusal = refusal_of($this->account['dialect'], $status, $parsed);
        if ($refusal !== null) {
            throw $refusal;
        }
        return ($wanted['plain'] ?? false) ? json_decode($text, false, 512, JSON_THROW_ON_ERROR) : $parsed;
    }

    /** @return array{string, list<string>} The body and the headers. */
    private function signed(array $wanted, string $target, string $body): array
    {
        ['key' => $key, 'secret' => $secret, 'dialect' => $dialect] = $this->account;
        if (trim((string) $key) === '' || trim((string) $secret) === '') {
            throw new Failure('authentication', 'there is no API key, or no secret');
        }
        if (preg_match('/[^\x21-\x7e]/', $key) === 1) {
            throw new Failure('authentication', 'the API key cannot be sent in a header');
        }
        $nonce = Ring::next($dialect, $key);
        $stamp = (string) (int) (microtime(true) * 1000);
        $text = makes('json-escapes-after-signing') ? str_replace('":', '": ', $body) : $body;
        switch ($dialect) {
            case 'reference':
                $lines = [$wanted['method'], $target, $nonce, $stamp, hash('sha512', $text)];
                $sign = hash_hmac('sha512', implode("\n", $lines), $secret);
                return [$body, ["Api-Key: $key", "Nonce: $nonce", "Timestamp: $stamp", "Sign: $sign"]];
            case 'bitunix':
                $pairs = $wanted['place'] === 'query' ? repeated($wanted['pairs']) : [];
                usort($pairs, static fn (array $one, array $other): int => strcmp($one[0], $other[0]));
                $query = implode('', array_merge(...array_values($pairs), ...[[]]));
                $sign = hash('sha256', hash('sha256', $nonce . $stamp . $key . $query . $text) . $secret);
                return [$body, ["api-key: $key", "nonce: $nonce", "timestamp: $stamp", "sign: $sign"]];
            default:
                $end = ($body === '' ? '' : '&') . "nonce=$nonce";
                $sign = hash_hmac('sha512', $body . $end, $secret);
                $sent = makes('http-build-query') ? str_replace('%20', '+', $body) : $body;
                return [$sent . $end, ["Key: $key", "Sign: $sign"]];
        }
    }

    /** @return array{int, string} */
    private function sent(string $method, string $target, string $body, array $headers, float $deadline): array
    {
        $left = (int) (($deadline - hrtime(true) / 1e9) * 1000);
        if ($left < 1) {
            throw new Failure('timeout', 'the time for this call is over');
        }
        $answer = '';
        $handle = curl_init();
        curl_setopt_array($handle, [
            CURLOPT_URL => $this->account['base_url'] . $target,
            CURLOPT_PATH_AS_IS => true,
            CURLOPT_FRESH_CONNECT => true,
            CURLOPT_FORBID_REUSE => true,
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_TIMEOUT_MS => $left,
            CURLOPT_NOSIGNAL => true,
            CURLOPT_PROXY => '',
            CURLOPT_HTTPHEADER => $headers,
            CURLOPT_WRITEFUNCTION => static function ($handle, string $piece) use (&$answer): int {
                $answer .= $piece;
                return strlen($answer) > 67_108_864 ? 0 : strlen($piece);
            },
        ] + match (true) {
            $method === 'GET' => [],
            $method === 'POST' => [CURLOPT_POSTFIELDS => $body],
            default => [CURLOPT_CUSTOMREQUEST => $method, CURLOPT_POSTFIELDS => $body],
        });
        curl_exec($handle);
        $error = curl_errno($handle);
        if ($error !== CURLE_OK) {
            throw new Failure(match ($error) {
                CURLE_OPERATION_TIMEDOUT => 'timeout',
                CURLE_WEIRD_SERVER_REPLY, CURLE_WRITE_ERROR, CURLE_UNSUPPORTED_PROTOCOL => 'bad_response',
                default => 'network',
            }, 'no answer: ' . curl_strerror($error));
        }
        return [curl_getinfo($handle, CURLINFO_RESPONSE_CODE), $answer];
    }
}

Noncense\serve([
    'name' => MISTAKE === '' ? 'php-client' : 'php-client: ' . MISTAKE,
    'version' => '1.0.0',
    'dialects' => array_keys(SPEAKERS),
    'operations' => OPERATIONS,
    'features' => [],
    'http_stack' => 'libcurl ' . curl_version()['version'],
    'open' => static function (#[SensitiveParameter] array $target): callable {
        $client = new Client($target);
        return static fn (string $operation, array $params): mixed => $client->call($operation, $params);
    },
]);
