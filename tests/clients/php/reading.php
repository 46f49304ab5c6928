<?php

// How answers are read: JSON whose numbers stay text, and what stands for nothing.

declare(strict_types=1);

const FLAGS = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR;

final class Failure extends Exception
{
    public function __construct(public readonly string $kind, string $message, public readonly ?int $status = null)
    {
        parent::__construct($message);
    }
}

/** A number that is written into JSON digit by digit. */
final class Plain
{
    public function __construct(public readonly string $text)
    {
    }
}

function kind_of_status(int $status): string
{
    return match (true) {
        $status === 401 => 'authentication',
        $status === 403 => 'permission',
        $status === 404 => 'not_found',
        $status === 408 => 'timeout',
        $status === 418, $status === 429 => 'rate_limit',
        $status >= 500 => 'unavailable',
        $status >= 400 => 'invalid_request',
        default => 'bad_response',
    };
}

/** Parse JSON with its numbers as text: a float has 53 bits, and an id has more. */
function exactly(string $text, int $status): mixed
{
    $bare = preg_replace('/^\xef\xbb\xbf/', '', $text);
    try {
        json_decode($bare, false, 512, JSON_THROW_ON_ERROR | JSON_BIGINT_AS_STRING);
        $quoted = preg_replace('/"(?:[^"\\\\]|\\\\.)*+"(*SKIP)(*FAIL)|-?\d[-+.\deE]*/s', '"$0"', $bare);
        return json_decode($quoted ?? '', false, 512, JSON_THROW_ON_ERROR);
    } catch (JsonException) {
        if (makes('null-is-success')) {
            return new ArrayObject();
        }
        throw new Failure(kind_of_status($status), "HTTP $status: the answer is not JSON", $status);
    }
}

function wrong(string $what): Failure
{
    return new Failure('bad_response', "the answer holds no $what where one is documented");
}

function is_nothing(mixed $value): bool
{
    return $value === null || $value === [] || (is_object($value) && (array) $value === []);
}

function member(mixed $value, string|int $name): mixed
{
    if (makes('null-is-success') && is_nothing($value)) {
        return 'ok';
    }
    return is_object($value) ? ($value->$name ?? null) : (is_array($value) ? ($value[$name] ?? null) : null);
}

function items(mixed $value): array
{
    if (is_array($value) && array_is_list($value)) {
        return $value;
    }
    return is_nothing($value) || $value === 'ok' ? [] : throw wrong('list');
}

function members(mixed $value): array
{
    if (is_object($value)) {
        return (array) $value;
    }
    return is_nothing($value) || $value === 'ok' ? [] : throw wrong('object');
}

function text(mixed $value): string
{
    return is_string($value) && $value !== '' ? $value : throw wrong('text');
}

function decimal(mixed $value): string
{
    if (!is_string($value) || preg_match('/^-?\d+(\.\d+)?([eE][-+]?\d{1,3})?$/D', $value, $found) !== 1) {
        throw wrong('decimal');
    }
    if (($found[2] ?? '') === '') {
        return $value;
    }
    [$mantissa, $exponent] = preg_split('/[eE]/', $value);
    $sign = $mantissa[0] === '-' ? '-' : '';
    [$whole, $fraction] = explode('.', ltrim($mantissa, '-')) + [1 => ''];
    $point = strlen($whole) + (int) $exponent;
    $digits = $whole . $fraction;
    if ($point <= 0) {
        $digits = str_repeat('0', 1 - $point) . $digits;
        $point = 1;
    }
    $digits = str_pad($digits, $point, '0');
    $rest = substr($digits, $point);
    return $sign . (ltrim(substr($digits, 0, $point), '0') ?: '0') . ($rest === '' ? '' : ".$rest");
}
