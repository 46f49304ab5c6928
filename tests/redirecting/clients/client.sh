#!/usr/bin/env bash
# A client of Poloniex that knows nothing but https://poloniex.com: client.sh KEY SECRET.
set -euo pipefail
key=$1 secret=$2
body="command=returnBalances&nonce=$(date +%s%6N)"
sign=$(printf %s "$body" | openssl dgst -sha512 -hmac "$secret" -r)
curl -sS --fail-with-body -H "Key: $key" -H "Sign: ${sign%% *}" --data "$body" https://poloniex.com/tradingApi | jq -c .BTC
