<?php

declare(strict_types=1);

namespace Exmo;

/** Reads answers: JSON without losing a digit, and members that may be absent or of another shape. */
final class Answer
{
    /**
     * Parse an answer, or throw what it says went wrong. EXMO answers refusals with status 200, in three shapes.
     *
     * @return mixed Objects stay objects, so that `{}` and `[]` can be told apart by those who care.
     */
    public static function read(int $status, string $body): mixed
    {
        try {
            $parsed = json_decode(preg_replace('/^\xEF\xBB\xBF/', '', $body), false, 512, JSON_THROW_ON_ERROR | JSON_BIGINT_AS_STRING);
        } catch (\JsonException) {
            throw ExmoException::unreadable($status, 'the answer is not JSON');
        }
        $error = $parsed->error ?? '';
        $refused = ($parsed->result ?? null) === false || !in_array($error, ['', null, false], true);
        if (($parsed->s ?? null) === 'error') {
            throw ExmoException::refused($status, is_string($parsed->errmsg ?? null) ? $parsed->errmsg : '', 0);
        }
        if ($refused || $status < 200 || $status > 299) {
            [$words, $code] = self::told($error);
            throw ExmoException::refused($status, $words, $code);
        }
        return $parsed;
    }

    /** @return array{string, int} What an error says, and its code; 0 where it has none. */
    private static function told(mixed $error): array
    {
        if (is_object($error)) {
            $code = is_int($error->code ?? null) ? $error->code : 0;
            return [trim("$code " . (is_string($error->msg ?? null) ? $error->msg : '')), $code];
        }
        $words = is_string($error) ? $error : '';
        return [$words, preg_match('/^(?:Error )?(\d{5,6})\b/', $words, $found) === 1 ? (int) $found[1] : 0];
    }

    /** An object's members. PHP writes an empty object as `[]`, and so does EXMO. */
    public static function members(mixed $value): array
    {
        if (is_object($value)) {
            return get_object_vars($value);
        }
        if ($value === null || $value === []) {
            return [];
        }
        throw new ExmoException('bad_response', 'the answer holds no object where one is documented');
    }

    /** A list's items, with the same tolerance the other way round. */
    public static function items(mixed $value): array
    {
        if (is_array($value)) {
            return $value;
        }
        if ($value === null || (is_object($value) && get_object_vars($value) === [])) {
            return [];
        }
        throw new ExmoException('bad_response', 'the answer holds no list where one is documented');
    }

    public static function member(mixed $object, string $name): mixed
    {
        return (is_object($object) ? $object->$name ?? null : null)
            ?? throw new ExmoException('bad_response', "the answer lacks $name");
    }

    public static function text(mixed $value): string
    {
        return is_string($value) ? $value : throw new ExmoException('bad_response', 'the answer holds no text there');
    }

    /** An id: the same one may be a number in one answer and text in the next. */
    public static function id(mixed $value): string
    {
        if (is_int($value) || (is_string($value) && $value !== '')) {
            return (string) $value;
        }
        throw new ExmoException('bad_response', 'the answer holds no id where one is documented');
    }

    /** A decimal as text. EXMO sends text; a number is tolerated, as far as a double holds it. */
    public static function decimal(mixed $value): string
    {
        if (is_string($value) && preg_match('/^-?\d+(\.\d+)?$/', $value) === 1) {
            return $value;
        }
        if (is_int($value)) {
            return (string) $value;
        }
        if (is_float($value) && is_finite($value)) {
            $digits = max(0, 14 - (int) floor(log10(max(abs($value), 1e-14))));
            $text = number_format($value, $digits, '.', '');
            return str_contains($text, '.') ? rtrim(rtrim($text, '0'), '.') : $text;
        }
        throw new ExmoException('bad_response', 'the answer holds no decimal where one is documented');
    }
}
