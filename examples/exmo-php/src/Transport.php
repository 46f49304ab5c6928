<?php

declare(strict_types=1);

namespace Exmo;

/** One request out, one answer in: once, within the time that is left, and to nobody else. */
final class Transport
{
    private const USER_AGENT = 'exmo-php-example/1.0.0';

    private const LARGEST_ANSWER = 64 * 1024 * 1024;

    private const TLS_ERRORS = [
        CURLE_SSL_CONNECT_ERROR,
        CURLE_SSL_PEER_CERTIFICATE,
        CURLE_SSL_CERTPROBLEM,
        CURLE_SSL_CIPHER,
        CURLE_SSL_CACERT_BADFILE,
    ];

    public function __construct(
        private readonly string $baseUrl,
        private readonly ?string $caFile = null,
        private readonly ?string $proxyUrl = null,
    ) {
    }

    /** Seconds of a clock that nobody sets. */
    public static function now(): float
    {
        return hrtime(true) / 1e9;
    }

    /**
     * Send a POST with a body, or a GET without one.
     *
     * @param list<string> $headers
     * @return array{int, string} The status and the body.
     */
    public function send(string $target, ?string $body, array $headers, float $deadline): array
    {
        $left = (int) (($deadline - self::now()) * 1000);
        if ($left < 1) {
            throw new ExmoException('timeout', 'the time for this call is over');
        }
        $answer = '';
        $framed = false;
        $handle = curl_init();
        curl_setopt_array($handle, [
            CURLOPT_URL => $this->baseUrl . $target,
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
            // libcurl sends a request again, POST or not, when the connection that it kept turns out to be closed: the
            // exchange may have read the first copy. It has no switch for that, so no connection is ever used twice.
            CURLOPT_FRESH_CONNECT => true,
            CURLOPT_FORBID_REUSE => true,
            // A redirect would take Key and Sign to whoever is named in it.
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_TIMEOUT_MS => $left,
            CURLOPT_CONNECTTIMEOUT_MS => $left,
            CURLOPT_NOSIGNAL => true,
            // An empty proxy keeps libcurl from asking the environment for one.
            CURLOPT_PROXY => $this->proxyUrl ?? '',
            CURLOPT_ENCODING => '',
            CURLOPT_USERAGENT => self::USER_AGENT,
            CURLOPT_HTTPHEADER => $headers,
            CURLOPT_HEADERFUNCTION => static function ($handle, string $line) use (&$framed): int {
                $framed = $framed || preg_match('/^(content-length|transfer-encoding)\s*:/i', $line) === 1;
                return strlen($line);
            },
            CURLOPT_WRITEFUNCTION => static function ($handle, string $bytes) use (&$answer): int {
                $answer .= $bytes;
                return strlen($answer) > self::LARGEST_ANSWER ? 0 : strlen($bytes);
            },
        ] + ($body === null ? [] : [CURLOPT_POSTFIELDS => $body]));
        if ($this->caFile !== null) {
            curl_setopt($handle, CURLOPT_CAINFO, $this->caFile);
        }
        curl_exec($handle);
        $error = curl_errno($handle);
        if ($error !== CURLE_OK) {
            throw new ExmoException(self::kindOf($error), 'no answer: ' . curl_strerror($error));
        }
        // Without a length an answer ends with its connection, and libcurl does not tell whether TLS had said so (RFC
        // 9112, section 9.8).
        if (!$framed && $answer !== '' && str_starts_with($this->baseUrl, 'https:')) {
            throw new ExmoException('bad_response', 'the answer has no length, so nobody could see that it was cut off');
        }
        return [curl_getinfo($handle, CURLINFO_RESPONSE_CODE), $answer];
    }

    private static function kindOf(int $error): string
    {
        return match (true) {
            $error === CURLE_OPERATION_TIMEDOUT => 'timeout',
            $error === CURLE_URL_MALFORMAT => 'invalid_request',
            $error === CURLE_UNSUPPORTED_PROTOCOL => 'bad_response', // said of an answer that is no HTTP: it was sent
            $error === CURLE_WRITE_ERROR, $error === CURLE_BAD_CONTENT_ENCODING => 'bad_response',
            $error === CURLE_WEIRD_SERVER_REPLY => 'bad_response',
            in_array($error, self::TLS_ERRORS, true) => 'tls',
            default => 'network',
        };
    }
}
