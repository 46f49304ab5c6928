<?php
// PHP's stream wrapper, as the laboratory of HTTP stacks calls it; the protocol stands in README.md.

declare(strict_types=1);

function tell(array $told): void
{
    fwrite(STDOUT, json_encode($told, JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
}

$mode = $argv[1];
tell(['stack' => PHP_VERSION, 'runtime' => 'PHP ' . PHP_VERSION]);
foreach (array_slice($argv, 2) as $call) {
    [$method, $size, $url] = explode(' ', $call);
    $headers = ['Key: key-of-the-laboratory', 'Sign: sign-of-the-laboratory', 'Authorization: Bearer laboratory'];
    $options = ['method' => $method, 'header' => $headers];
    if ($method === 'POST') {
        $options['header'][] = 'Content-Type: application/x-www-form-urlencoded';
        $options['content'] = str_pad('nonce=1&c=buy', (int) $size, 'x');
    }
    if ($mode === 'cured') {
        $options += ['follow_location' => 0, 'timeout' => 3];
    }
    $http_response_header = [];
    error_clear_last();
    $content = @file_get_contents($url, false, stream_context_create(['http' => $options]));
    if ($content === false) {
        tell(['error' => error_get_last()['message'] ?? 'it says nothing']);
        continue;
    }
    $status = 0;
    $heard = [];
    foreach ($http_response_header as $line) {
        if (preg_match('#^HTTP/\S+ (\d+)#', $line, $found)) {
            [$status, $heard] = [(int) $found[1], []];
        } elseif (str_contains($line, ':')) {
            [$name, $value] = explode(':', $line, 2);
            $heard[strtolower($name)][] = trim($value);
        }
    }
    tell(['status' => $status, 'bytes' => strlen($content), 'headers' => (object) $heard]);
}
