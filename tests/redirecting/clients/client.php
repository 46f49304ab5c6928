<?php
// A client of Poloniex that knows nothing but https://poloniex.com: client.php KEY SECRET WAY.
[, $key, $secret, $way] = $argv;
$url = 'https://poloniex.com/tradingApi';
$body = 'command=returnBalances&nonce=' . (int) (microtime(true) * 1000000);
$headers = ["Key: $key", 'Sign: ' . hash_hmac('sha512', $body, $secret), 'Content-Type: application/x-www-form-urlencoded'];

if ($way === 'curl') {
    $curl = curl_init($url);
    curl_setopt_array($curl, [
        CURLOPT_POST => true, CURLOPT_POSTFIELDS => $body, CURLOPT_HTTPHEADER => $headers, CURLOPT_RETURNTRANSFER => true,
    ]);
    $text = curl_exec($curl);
    if ($text === false) {
        fwrite(STDERR, curl_error($curl) . "\n");
        exit(1);
    }
} elseif ($way === 'default-context') {
    $text = '{"BTC":' . file_get_contents('https://poloniex.com/public?command=return24hVolume') . '}';
} else {
    $http = ['method' => 'POST', 'header' => implode("\r\n", $headers), 'content' => $body];
    $text = file_get_contents($url, false, stream_context_create(['http' => $http]));
}
echo json_encode(json_decode($text, true, 512, JSON_THROW_ON_ERROR)['BTC']), "\n";
