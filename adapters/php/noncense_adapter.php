<?php

// The client-under-test contract of noncense, version 1, for PHP 7.1 and newer: one file to copy.
//
//     require 'noncense_adapter.php';
//     Noncense\serve([
//         'name' => 'my-sdk', 'version' => '1.4.0', 'dialects' => ['exmo'],
//         'operations' => ['balances'], 'features' => [],
//         'open' => function (array $target): callable {           // the fields of the contract's `open`
//             $client = new Client($target['key'], $target['secret'], $target['base_url']);
//             return function (string $operation, array $params) use ($client) {
//                 …                                                // returns the `ok` value, or throws
//             };                                                   // Noncense\ClientError or Noncense\Skipped
//         },
//     ]);

declare(strict_types=1);

namespace Noncense;

const PROTOCOL = 1;
const LINE_LIMIT = 8 * 1024 * 1024; // bytes, without the end of the line

const PARSE_ERROR = -32700;
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
const ADAPTER_BROKE = -32000;

/** What the client under test reports as a failure; the kind is one of the contract's, and `unknown` is never wrong. */
final class ClientError extends \Exception
{
    /** @var array<string, mixed> */
    public $report;

    /** `$type` is the client's own name for the failure, `$httpStatus` the status that it tells its user. */
    public function __construct(string $kind, string $message, ?string $type = null, ?int $httpStatus = null)
    {
        parent::__construct($message);
        $more = ['type' => $type, 'http_status' => $httpStatus];
        $told = array_filter($more, static function ($value) {
            return $value !== null;
        });
        $this->report = ['error' => ['kind' => $kind, 'message' => $message] + $told];
    }
}

/** The client has no way to even try this call. */
final class Skipped extends \Exception
{
    /** @var array<string, mixed> */
    public $report;

    public function __construct(string $reason, ?string $url = null)
    {
        parent::__construct($reason);
        $this->report = ['skipped' => ['reason' => $reason, 'url' => $url]];
    }
}

/** A request that this adapter cannot serve: a JSON-RPC error with its code. */
final class Refusal extends \Exception
{
}

/** Takes whatever is written to STDOUT to stderr. */
final class Aside extends \php_user_filter
{
    public function filter($in, $out, &$consumed, $closing): int
    {
        while ($bucket = stream_bucket_make_writeable($in)) {
            fwrite(STDERR, $bucket->data);
            $consumed += $bucket->datalen;
        }
        return PSFS_FEED_ME;
    }
}

/**
 * Serve an adapter on stdin and stdout until stdin ends.
 *
 * PHP does one thing at a time, so an adapter does not promise `concurrent`. What the client echoes or writes to STDOUT,
 * and PHP's own warnings, go to stderr.
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
    $answers = fopen('php://fd/1', 'w');
    stream_filter_register('noncense.aside', Aside::class);
    stream_filter_append(STDOUT, 'noncense.aside', STREAM_FILTER_WRITE);
    $sessions = [];
    while (($line = fgets(STDIN)) !== false) {
        fwrite($answers, answer($adapter, $sessions, $line) . "\n");
    }
}

/** @param array<string, callable> $sessions */
function answer(array $adapter, array &$sessions, string $line): string
{
    $request = json_decode($line, true, 512, JSON_BIGINT_AS_STRING);
    $reply = ['jsonrpc' => '2.0', 'id' => $request['id'] ?? null];
    try {
        if (!is_array($request) || !is_string($request['method'] ?? null)) {
            throw new Refusal('a line that is not JSON', PARSE_ERROR);
        }
        return spell($reply + ['result' => result($adapter, $sessions, $request)]);
    } catch (ClientError $error) {
        return spell($reply + ['result' => $error->report]);
    } catch (Skipped $skipped) {
        return spell($reply + ['result' => $skipped->report]);
    } catch (Refusal $refusal) {
        return spell($reply + ['error' => ['code' => $refusal->getCode(), 'message' => $refusal->getMessage()]]);
    } catch (\Throwable $broken) {
        fwrite(STDERR, $broken . "\n");
        $message = get_class($broken) . ': ' . $broken->getMessage();
        return spell($reply + ['error' => ['code' => ADAPTER_BROKE, 'message' => $message]]);
    }
}

/** @return array<string, mixed>|object */
function result(array $adapter, array &$sessions, array $request)
{
    $params = $request['params'] ?? [];
    switch ($request['method']) {
        case 'describe':
            return describe($adapter);
        case 'open':
            return open($adapter, $sessions, $params);
        case 'call':
            return ['ok' => call($adapter, $sessions, $params)];
        case 'close':
            return close($sessions, $params);
        default:
            throw new Refusal('there is no such method', METHOD_NOT_FOUND);
    }
}

function describe(array $adapter): array
{
    $names = ['name', 'version', 'dialects', 'operations', 'features', 'homepage', 'issues', 'http_stack'];
    return ['protocol' => PROTOCOL, 'language' => 'php'] + array_intersect_key($adapter, array_flip($names));
}

function open(array $adapter, array &$sessions, array $target): \stdClass
{
    if (isset($sessions[$target['session']])) {
        throw new Refusal("session {$target['session']} is open already", INVALID_PARAMS);
    }
    $target['state_dir'] = $target['state_dir'] ?? (getenv('NONCENSE_STATE_DIR') ?: null);
    $sessions[$target['session']] = $adapter['open']($target);
    return (object) [];
}

/** @return mixed the `ok` value */
function call(array $adapter, array $sessions, array $params)
{
    if (!in_array($params['operation'], $adapter['operations'], true)) {
        throw new Refusal("this adapter has no operation {$params['operation']}", METHOD_NOT_FOUND);
    }
    if (!isset($sessions[$params['session']])) {
        throw new Refusal('no such session is open', INVALID_PARAMS);
    }
    return $sessions[$params['session']]($params['operation'], $params['params'] ?? []);
}

function close(array &$sessions, array $params): \stdClass
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
    $substitute = defined('JSON_INVALID_UTF8_SUBSTITUTE') ? JSON_INVALID_UTF8_SUBSTITUTE : JSON_PARTIAL_OUTPUT_ON_ERROR;
    $line = json_encode($reply, $substitute | JSON_UNESCAPED_SLASHES);
    if ($line === false) {
        throw new \UnexpectedValueException('the answer cannot be spelled as JSON: ' . json_last_error_msg());
    }
    if (strlen($line) > LINE_LIMIT) {
        throw new \LengthException('the answer takes ' . strlen($line) . ' bytes, and a line may take ' . LINE_LIMIT);
    }
    return $line;
}
