# A client of the legacy Poloniex API in bash: curl sends, openssl hashes, jq reads. Source it, set the variables below,
# and call `poloniex_call OPERATION`; it leaves {"ok": …} or {"error": {…}} in RESULT.
#
# Values that come in and go out are percent-encoded: what is signed is then the very text that is sent, and a NUL or
# a line break in a value can break nothing.

# Bytes, not letters, and a decimal point whatever the user's language.
export LC_ALL=C

POLONIEX_HERE=${BASH_SOURCE[0]%/*}
POLONIEX_URL=${POLONIEX_URL:-https://poloniex.com} # scheme, host and port
POLONIEX_TIMEOUT=${POLONIEX_TIMEOUT:-10}           # seconds for a whole call
POLONIEX_STATE_DIR=${POLONIEX_STATE_DIR-}          # where the last nonce of each key is kept
POLONIEX_KEY=${POLONIEX_KEY-}
POLONIEX_CA_FILE=${POLONIEX_CA_FILE-}              # certificates to trust in place of the usual ones
POLONIEX_INNER=                                    # both from poloniex_secret
POLONIEX_OUTER=

# The parameters of the call at hand, percent-encoded: market, side, price, amount, …
declare -A PARAM=()
RESULT=

# --- signing

# Take a secret. openssl would have it on its command line (`-hmac`, `-macopt`), where everybody on the machine can read
# it with `ps`, and it knows no other way. So we keep the two pads of RFC 2104 and let openssl do the plain hashes: what
# we say to it goes through a pipe, and printf is a builtin that has no command line.
poloniex_secret() {
  local secret=$1 hex='' byte i
  POLONIEX_INNER='' POLONIEX_OUTER=''
  # A secret with a line end in it was misread from its file; as if there were none, private calls say so.
  [[ -n $secret && $secret != *[[:cntrl:]]* ]] || return 0
  if ((${#secret} > 128)); then
    hex=$(printf '%s' "$secret" | openssl dgst -sha512 -r)
    hex=${hex%% *}
  else
    for ((i = 0; i < ${#secret}; i++)); do
      printf -v byte '%d' "'${secret:i:1}"
      printf -v hex '%s%02x' "$hex" $((byte & 255))
    done
  fi
  for ((i = 0; i < 128; i++)); do
    byte=${hex:2*i:2}
    printf -v POLONIEX_INNER '%s\\x%02x' "$POLONIEX_INNER" $((16#${byte:-0} ^ 0x36))
    printf -v POLONIEX_OUTER '%s\\x%02x' "$POLONIEX_OUTER" $((16#${byte:-0} ^ 0x5c))
  done
}

# Print the HMAC-SHA512 of a text, in hex.
poloniex_sign() {
  local hex
  hex=$({ printf '%b' "$POLONIEX_OUTER"; { printf '%b' "$POLONIEX_INNER"; printf '%s' "$1"; } | openssl dgst -sha512 -binary; } |
    openssl dgst -sha512 -r)
  printf '%s' "${hex%% *}"
}

# --- time and nonces

# Print how many seconds of the call are left, such as 4.250000; fail when there are none.
time_left() {
  local left=$((POLONIEX_DEADLINE - ${EPOCHREALTIME/./}))
  ((left > 0)) && printf '%d.%06d' $((left / 1000000)) $((left % 1000000))
}

# Take the turn of our key and leave the next nonce in NONCE: microseconds of the clock, and never lower than the last
# one plus one. The lock on the file of the last nonce is held until NONCE_FILE is closed, after the answer: Poloniex
# refuses the smaller of two nonces that arrive in the wrong order, so the calls of one key go one after the other.
take_nonce() {
  local last='' left file
  file=${POLONIEX_STATE_DIR:-${XDG_STATE_HOME:-$HOME/.local/state}}/poloniex-$POLONIEX_KEY.nonce
  exec {NONCE_FILE}<>"$file" || return
  if ! { left=$(time_left) && flock --wait "$left" "$NONCE_FILE"; }; then
    exec {NONCE_FILE}>&-
    return 1
  fi
  read -r last <&"$NONCE_FILE"
  NONCE=${EPOCHREALTIME/./}
  ((10#${last:-0} < NONCE)) || NONCE=$((10#$last + 1))
  # As wide as the widest nonce: one write replaces the last one, so no kill leaves half a file behind.
  printf '%019d\n' "$NONCE" 1<>"$file"
}

# --- sending

# Leave a failure of our own in RESULT, and fail.
failed() {
  RESULT="{\"error\":{\"kind\":\"$1\",\"message\":\"$2\"}}"
  return 1
}

# Run curl and read what comes: fetch FILTER CURL-ARGUMENTS… The filter is a function of poloniex.jq. One process is one
# connection, so libcurl cannot send a request again that died on a kept one; it follows no redirect, because a redirect
# would take Key and Sign along; it reads neither ~/.curlrc nor a proxy from the environment, and it never retries.
fetch() {
  local filter=$1 left output
  left=$(time_left) || { failed timeout 'the time for this call is over'; return; }
  local -a curl=(curl --disable --silent --globoff --proto '=http,https' --noproxy '*' --max-time "$left")
  curl+=(--user-agent poloniex-shell/1.0.0)
  [[ -z $POLONIEX_CA_FILE ]] || curl+=(--cacert "$POLONIEX_CA_FILE")
  local -a digits=(sed -E $'s/("([^"\\\\]|\\\\.)*")|(-?[0-9][0-9.eE+-]*)/\\1\001\\3\001/g; s/\001\001//g; s/\001/"/g')
  # `raw` wants numbers to stay numbers; all others want their digits, and a jq before 1.7 has them from a double.
  [[ $filter != . ]] || digits=(cat)
  output=$("${curl[@]}" --write-out '\n%{http_code}' "${@:2}" | "${digits[@]}" |
    jq -L "$POLONIEX_HERE" -R -s -c --arg market "$(decoded market)" --arg pair "${PAIR-}" --arg depth "${PARAM[depth]-}" \
      --arg currency "$(decoded currency)" "include \"poloniex\"; answer($filter)"
    printf '%d' "${PIPESTATUS[0]}")
  case ${output##*$'\n'} in
    0) [[ $output == '{'* ]] && RESULT=${output%$'\n'*} || failed bad_response 'the answer cannot be read' ;;
    28) failed timeout 'the exchange did not answer in time' ;;
    35 | 51 | 53 | 54 | 58 | 59 | 60 | 66 | 77 | 80 | 82 | 83) failed tls 'there is no trusted connection' ;;
    1 | 8) failed bad_response 'the answer is no HTTP' ;;
    3) failed invalid_request 'the URL of the exchange is none' ;;
    *) failed network "no answer (curl's exit status is ${output##*$'\n'})" ;;
  esac || return
  [[ $RESULT == '{"ok":'* ]]
}

decoded() { local text=${PARAM[$1]-}; printf '%b' "${text//%/\\x}"; }

# private COMMAND FILTER [NAME=VALUE…]: sign and send one call.
private() {
  local body=command=$1 pair status=0 NONCE NONCE_FILE
  [[ -n $POLONIEX_KEY && -n $POLONIEX_INNER ]] || { failed authentication 'a private call needs a key and a secret'; return; }
  # It goes into a header and into the name of a file.
  [[ $POLONIEX_KEY != *[!A-Za-z0-9-]* ]] || { failed authentication 'a key is letters, digits and dashes'; return; }
  for pair in "${@:3}"; do body+=${pair:+&$pair}; done
  take_nonce || { failed timeout 'the turn of this key did not come in time'; return; }
  body+="&nonce=$NONCE"
  # Body and headers go through pipes, too: a body can be longer than a command line, and a signature is nobody's business.
  fetch "$2" --header @<(printf 'Key: %s\nSign: %s\nExpect:\n' "$POLONIEX_KEY" "$(poloniex_sign "$body")") \
    --data-binary @<(printf '%s' "$body") "$POLONIEX_URL/tradingApi" || status=$?
  exec {NONCE_FILE}>&-
  return $status
}

# public COMMAND FILTER [NAME=VALUE…]
public() {
  local query=command=$1 pair
  for pair in "${@:3}"; do query+="&$pair"; done
  fetch "$2" "$POLONIEX_URL/public?$query"
}

# --- operations

# Check what must be a market, and leave Poloniex's name for it, USDT_BTC for BTC/USDT, in PAIR.
market() {
  local base=${PARAM[market]%%%2F*} quote=${PARAM[market]##*%2F}
  [[ ${PARAM[market]} == "$base%2F$quote" && -n $base && -n $quote ]] || failed invalid_request 'a market is BASE/QUOTE' || return
  PAIR=${quote}_$base
}

# Check that parameters are plain decimals.
decimals() {
  local name
  for name; do
    [[ ${PARAM[$name]-} =~ ^[0-9]+(\.[0-9]+)?$ ]] || failed invalid_request "$name is a plain decimal, such as 0.0125" || return
  done
}

# Print NAME=VALUE for a parameter that was given: optional PARAMETER NAME.
optional() { [[ -z ${PARAM[$1]-} ]] || printf '%s=%s' "$2" "${PARAM[$1]}"; }

# poloniex_call OPERATION: returns 64 when there is none of that name, 1 when the call failed.
poloniex_call() {
  local PAIR=''
  local POLONIEX_DEADLINE timeout
  printf -v timeout '%.6f' "$POLONIEX_TIMEOUT"
  POLONIEX_DEADLINE=$((${EPOCHREALTIME/./} + 10#${timeout/./}))
  case $1 in
    balances) private returnBalances balances ;;
    place_order)
      market && decimals price amount || return
      [[ ${PARAM[side]-} == @(buy|sell) ]] || failed invalid_request 'a side is buy or sell' || return
      private "${PARAM[side]}" order_id "currencyPair=$PAIR" "rate=${PARAM[price]}" "amount=${PARAM[amount]}" \
        "$(optional client_order_id clientOrderId)"
      ;;
    cancel_order) private cancelOrder 'done' "orderNumber=${PARAM[order_id]-}" ;;
    open_orders) market && private returnOpenOrders 'open_orders($market)' "currencyPair=$PAIR" ;;
    withdraw)
      decimals amount || return
      private withdraw withdrawn "currency=${PARAM[currency]-}" "amount=${PARAM[amount]}" "address=${PARAM[address]-}" \
        "$(optional network currencyToWithdrawAs)"
      ;;
    deposit_address)
      private returnDepositAddresses 'known_address($currency)' || return
      [[ $RESULT != '{"ok":null}' ]] || private generateNewAddress new_address "currency=${PARAM[currency]-}"
      ;;
    ticker) market && public returnTicker 'ticker($pair)' ;;
    order_book)
      market || return
      [[ ${PARAM[depth]:=50} =~ ^[1-9][0-9]{0,5}$ ]] || failed invalid_request 'the depth is a positive number' || return
      public returnOrderBook 'order_book($depth | tonumber)' "currencyPair=$PAIR" "depth=${PARAM[depth]}"
      ;;
    raw)
      # Parameters of the caller's choosing: a form within the form.
      private "${PARAM[target]-}" . "$(decoded params)"
      ;;
    *) return 64 ;;
  esac
}
