<?php
// PHP's curl extension, as the laboratory of HTTP stacks calls it; the protocol stands in README.md.

declare(strict_types=1);

function tell(array $told): void
{
    fwrite(STDOUT, json_encode($told, JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
}

if (!function_exists('curl_init')) {
    fwrite(STDERR, "PHP has no curl extension\n");
    exit(1);
}
$mode = $argv[1];
$handle = curl_init();
tell(['stack' => 'libcurl ' . curl_version()['version'], 'runtime' => 'PHP ' . PHP_VERSION]);
foreach (array_slice($argv, 2) as $call) {
    [$method, $size, $url] = explode(' ', $call);
    $headers = ['Key: key-of-the-laboratory', 'Sign: sign-of-the-laboratory', 'Authorization: Bearer laboratory'];
    $heard = [];
    // The handle is kept, and with it the connection; its options are not.
    curl_reset($handle);
    $options = [CURLOPT_URL => $url, CURLOPT_RETURNTRANSFER => true];
    $options[CURLOPT_HEADERFUNCTION] = function ($handle, string $line) use (&$heard): int {
        if (str_contains($line, ':')) {
            [$name, $value] = explode(':', $line, 2);
            $heard[strtolower($name)][] = trim($value);
        }
        return strlen($line);
    };
    if ($method === 'POST') {
        $options[CURLOPT_POST] = true;
        $options[CURLOPT_POSTFIELDS] = str_pad('nonce=1&c=buy', (int) $size, 'x');
    } elseif ($method !== 'GET') {
        $options[CURLOPT_CUSTOMREQUEST] = $method;
    }
    $options[CURLOPT_HTTPHEADER] = $headers;
    if ($mode === 'follow') {
        $options[CURLOPT_FOLLOWLOCATION] = true;
    }
    if ($mode === 'cured') {
        $options += [CURLOPT_FRESH_CONNECT => true, CURLOPT_FORBID_REUSE => true, CURLOPT_TIMEOUT => 3];
    }
    curl_setopt_array($handle, $options);
    $content = curl_exec($handle);
    if ($content === false) {
        tell(['error' => 'curl error ' . curl_errno($handle) . ': ' . curl_error($handle)]);
        continue;
    }
    tell([
        'status' => curl_getinfo($handle, CURLINFO_RESPONSE_CODE),
        'bytes' => strlen($content),
        'headers' => (object) $heard,
    ]);
}
