<?php

declare(strict_types=1);

namespace Exmo;

/** What a call of the client may end in, other than well. No message ever holds a secret or a signature. */
final class ExmoException extends \RuntimeException
{
    /** EXMO's error codes, as far as a caller can do something about them. */
    private const KIND_OF_CODE = [
        40003 => 'authentication',
        40004 => 'authentication',
        40005 => 'authentication',
        40009 => 'nonce',
        40013 => 'invalid_request',
        40015 => 'not_found',
        40016 => 'unavailable',
        40017 => 'authentication',
        40032 => 'permission',
        40033 => 'permission',
        40034 => 'rate_limit',
        40038 => 'invalid_request',
        10519 => 'permission',
        50013 => 'invalid_request',
        50049 => 'invalid_request',
        50052 => 'insufficient_funds',
        50054 => 'insufficient_funds',
        50173 => 'order_not_found',
        50277 => 'invalid_request',
        50304 => 'order_not_found',
        50319 => 'invalid_request',
        50321 => 'invalid_request',
        50381 => 'invalid_request',
    ];

    /**
     * @param string $kind What a caller can act on: authentication, permission, nonce, rate_limit,
     *     insufficient_funds, order_not_found, not_found, invalid_request, unavailable, network, timeout, tls,
     *     bad_response or unknown.
     * @param int|null $status The HTTP status, where there was an answer.
     */
    public function __construct(
        public readonly string $kind,
        string $message,
        public readonly ?int $status = null,
        int $code = 0,
    ) {
        parent::__construct($message, $code);
    }

    /**
     * A refusal in EXMO's words, such as "Error 40005: Authorization error, Incorrect signature".
     *
     * A 5xx is never a verdict on the request, whatever its body says: the order may stand.
     */
    public static function refused(int $status, string $words, int $code): self
    {
        $kind = self::KIND_OF_CODE[$code] ?? ($status === 200 ? 'unknown' : self::kindOfStatus($status));
        if ($status >= 500) {
            $kind = 'unavailable';
        } elseif (str_starts_with($words, 'API rate limit exceeded')) {
            $kind = 'rate_limit'; // the one limiter of EXMO that speaks without a code
        }
        return new self($kind, trim("HTTP $status $words"), $status, $code);
    }

    public static function unreadable(int $status, string $why): self
    {
        return new self(self::kindOfStatus($status), "HTTP $status: $why", $status);
    }

    private static function kindOfStatus(int $status): string
    {
        return match (true) {
            $status >= 500 => 'unavailable',
            $status === 408 => 'timeout',
            $status === 418, $status === 429 => 'rate_limit',
            $status === 401 => 'authentication',
            $status === 403 => 'permission',
            $status === 404 => 'not_found',
            $status >= 400 => 'invalid_request',
            default => 'bad_response',
        };
    }
}
