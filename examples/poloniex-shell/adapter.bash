#!/usr/bin/env bash
# Lets noncense drive the shell client: sessions are kept apart here, and nothing else.
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
source "$here/poloniex.bash"
source "$here/../../adapters/shell/noncense_adapter.bash"

declare -A URL KEY INNER OUTER CA TIMEOUT STATE

adapter_describe() {
  RESULT='{"protocol":1,"name":"poloniex-shell","version":"1.0.0","language":"bash","dialects":["poloniex"],
    "operations":["balances","place_order","cancel_order","open_orders","withdraw","deposit_address","ticker","order_book","raw"],
    "features":["concurrent","persistent_nonce","tls"],"http_stack":"curl"}'
  RESULT=${RESULT//$'\n'/}
}

adapter_open() {
  local session=${FIELD[session]}
  poloniex_secret "$(field secret)"
  URL[$session]=$(field base_url)
  KEY[$session]=$(field key)
  INNER[$session]=$POLONIEX_INNER
  OUTER[$session]=$POLONIEX_OUTER
  CA[$session]=$(field ca_file)
  TIMEOUT[$session]=$(field timeout_s)
  STATE[$session]=$(field state_dir)
}

adapter_call() {
  local session=${FIELD[session]}
  [[ -n ${URL[$session]-} ]] || return
  POLONIEX_URL=${URL[$session]} POLONIEX_KEY=${KEY[$session]} POLONIEX_CA_FILE=${CA[$session]}
  POLONIEX_INNER=${INNER[$session]} POLONIEX_OUTER=${OUTER[$session]}
  POLONIEX_TIMEOUT=${TIMEOUT[$session]} POLONIEX_STATE_DIR=${STATE[$session]:-$NONCENSE_STATE_DIR}
  unform PARAM "$(field params)"
  poloniex_call "${FIELD[operation]}"
  # A failure that the client reports is an answer; only an unknown operation is the adapter's to refuse.
  (($? != 64)) || return 64
}

adapter_close() {
  local session=${FIELD[session]}
  unset "URL[$session]" "KEY[$session]" "INNER[$session]" "OUTER[$session]" "CA[$session]" "TIMEOUT[$session]" "STATE[$session]"
}

noncense_serve
