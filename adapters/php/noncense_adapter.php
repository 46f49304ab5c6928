<?php

// The client-under-test contract of noncense, version 1, for PHP 8.1 and newer: one file to copy.
//
//     require 'noncense_adapter.php';
//     Noncense\serve([
//         'name' => 'my-sdk', 'version' => '1.4.0', 'dialects' => ['exmo'],
//         'operations' => ['balances'], 'features' => [],
//         'open' => function (array $target): callable {           // the fields of the contract's `open`
//             $client = new Client($target['key'], $target['secret'], $target['base_url']);
//             return function (string $operation, array $params) use ($client): mixed {
//                 …                                                // returns the `ok` value, or throws
//             };                                                   // Noncense\ClientError or Noncense\Skipped
//         },
//     ]);

declare(strict_types=1);

namespace Noncense;

const PROTOCOL = 1;

const PARSE_ERROR = -32700;
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
const ADAPTER_BROKE = -32000;

/** What the client under test reports as a failure; the kind is one of the contract's, and `unknown` is never wrong. */
final class ClientError extends \Exception
{
    public function __construct(
        public readonly string $kind,
        string $message,
        public readonly ?string $type = null,
        public readonly ?int $httpStatus = null,
    ) {
        parent::__construct($message);
    }
}

/** The client has no way to even try this call. */
final class Skipped extends \Exception
{
    public function __construct(string $reason, public readonly ?string $url = null)
    {
        parent::__construct($reason);
    }
}

/** A request that this adapter cannot serve: a JSON-RPC error with its code. */
final class Refusal extends \Exception
{
}

/**
 * Serve an adapter on stdin and stdout until stdin ends.
 *
 * PHP does one thing at a time, so an adapter does not promise `concurrent`. What the client echoes, and PHP's own
 * warnings, go to stderr.
 *
 * @param array<string, mixed> $adapter name, version, dialects, operations, features and open; homepage, issues and
 *     http_stack where there are any
 */
function serve(array $adapter): void
{
    ini_set('display_errors', 'stderr');
    ob_start(
        static function (string $echoed): string {
            fwrite(STDERR, $echoed);
            return '';
        },
        1,
    );
    $sessions = [];
    while (($line = fgets(STDIN)) !== false) {
        fwrite(STDOUT, answer($adapter, $sessions, $line) . "\n");
    }
}

/** @param array<string, callable> $sessions */
function answer(array $adapter, array &$sessions, string $line): string
{
    $request = json_decode($line, true, 512, JSON_BIGINT_AS_STRING);
    $reply = ['jsonrpc' => '2.0', 'id' => $request['id'] ?? null];
    try {
        if (!is_array($request)) {
            throw new Refusal('a line that is not JSON', PARSE_ERROR);
        }
        $params = $request['params'] ?? [];
        $reply['result'] = match ($request['method'] ?? null) {
            'describe' => describe($adapter),
            'open' => open($adapter, $sessions, $params),
            'call' => ['ok' => call($adapter, $sessions, $params)],
            'close' => close($sessions, $params),
            default => throw new Refusal('there is no such method', METHOD_NOT_FOUND),
        };
        return spell($reply);
    } catch (ClientError $error) {
        $told = ['kind' => $error->kind, 'message' => $error->getMessage()];
        $more = ['type' => $error->type, 'http_status' => $error->httpStatus];
        $reply['result'] = ['error' => $told + array_filter($more, static fn ($value) => $value !== null)];
    } catch (Skipped $skipped) {
        $reply['result'] = ['skipped' => ['reason' => $skipped->getMessage(), 'url' => $skipped->url]];
    } catch (Refusal $refusal) {
        unset($reply['result']);
        $reply['error'] = ['code' => $refusal->getCode(), 'message' => $refusal->getMessage()];
    } catch (\Throwable $broken) {
        fwrite(STDERR, $broken . "\n");
        unset($reply['result']);
        $reply['error'] = ['code' => ADAPTER_BROKE, 'message' => $broken::class . ': ' . $broken->getMessage()];
    }
    return spell($reply);
}

function describe(array $adapter): array
{
    $names = ['name', 'version', 'dialects', 'operations', 'features', 'homepage', 'issues', 'http_stack'];
    return ['protocol' => PROTOCOL, 'language' => 'php'] + array_intersect_key($adapter, array_flip($names));
}

function open(array $adapter, array &$sessions, array $target): object
{
    if (isset($sessions[$target['session']])) {
        throw new Refusal("session {$target['session']} is open already", INVALID_PARAMS);
    }
    $target['state_dir'] ??= getenv('NONCENSE_STATE_DIR') ?: null;
    $sessions[$target['session']] = $adapter['open']($target);
    return (object) [];
}

function call(array $adapter, array $sessions, array $params): mixed
{
    if (!in_array($params['operation'], $adapter['operations'], true)) {
        throw new Refusal("this adapter has no operation {$params['operation']}", METHOD_NOT_FOUND);
    }
    $session = $sessions[$params['session']] ?? throw new Refusal('no such session is open', INVALID_PARAMS);
    return $session($params['operation'], $params['params'] ?? []);
}

function close(array &$sessions, array $params): object
{
    if (!isset($sessions[$params['session']])) {
        throw new Refusal('no such session is open', INVALID_PARAMS);
    }
    unset($sessions[$params['session']]);
    return (object) [];
}

/** Bytes that are not UTF-8 become U+FFFD: an answer of the client is never a reason to break the framing. */
function spell(array $reply): string
{
    return json_encode($reply, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_SLASHES);
}
