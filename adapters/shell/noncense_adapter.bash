# The client-under-test contract of noncense, version 1, for bash 5 with jq: one file to source.
#
# jq, because nobody should parse JSON with bash. It is started once and turns each request into one line that bash can
# read without any risk: everything is percent-encoded, a list is its name repeated, null is left out, and an object
# inside an object is a form inside a form. bash cannot hold a NUL, so what only has to travel on stays encoded.
#
#     source noncense_adapter.bash
#     adapter_describe() { RESULT='{"protocol":1,"name":"my-script",…}'; }
#     adapter_open()  { … "$(field key)" … }      # the fields of the contract's `open`; runs in this very shell
#     adapter_call()  { …; RESULT='{"ok":{}}'; }  # or {"error":{…}} or {"skipped":{…}}; runs in a subshell of its own
#     adapter_close() { … }                       # may be left out
#     noncense_serve
#
# A return status of 64 from adapter_call says that there is no such operation; any other says that the adapter broke.

# Spell one request as: id, tab, method, tab, its params as a form.
read -r -d '' NONCENSE_REQUEST <<'JQ' || true
def form: [
  to_entries[] | .key as $name | .value | if type == "array" then .[] else . end | select(. != null)
  | "\($name | @uri)=\(if type == "object" then form else tostring end | @uri)"
] | join("&");
[fromjson? | objects] | (.[0] // {method: "unreadable"}) | "\(.id)\t\(.method // "" | @uri)\t\(.params // {} | form)"
JQ

# The fields of the request at hand, percent-encoded as they came.
declare -A FIELD=()

# The sessions that are open.
declare -A NONCENSE_OPEN=()

# Fill an associative array from a form: unform FIELD 'a=1&b=2%203'. Values stay encoded.
unform() {
  local -n into=$1
  local pair
  local -a pairs
  into=()
  IFS='&' read -r -a pairs <<<"$2"
  for pair in "${pairs[@]}"; do
    into[${pair%%=*}]=${pair#*=}
  done
}

# Print a percent-encoded text decoded. Encoded text holds no backslash, so %b sees none but ours.
decode() { printf '%b' "${1//%/\\x}"; }

# Print one field of the request at hand, decoded.
field() { decode "${FIELD[$1]-}"; }

# Serve on stdin and stdout until stdin ends. Calls run side by side, each in a subshell, so an adapter may promise
# `concurrent`, and `describe` is answered even while every call hangs.
noncense_serve() {
  local id method form known
  # Descriptor 3 is the protocol from here on; whatever else is printed lands on stderr, and no child reads our stdin.
  exec 3>&1 1>&2
  exec 4< <(exec jq --unbuffered -R -r "$NONCENSE_REQUEST" 3>&-)
  exec </dev/null
  while IFS=$'\t' read -r -u 4 id method form; do
    unform FIELD "$form"
    RESULT=
    known=${NONCENSE_OPEN[.${FIELD[session]-}]-}
    if [[ $method == open && -n $known || $method =~ ^(call|close)$ && -z $known ]]; then
      noncense_refuse "$id" -32602 "that session is ${known:-not open}"
      continue
    fi
    case $method in
      describe) adapter_describe && noncense_answer "$id" result "$RESULT" ;;
      open)
        if adapter_open; then
          # A client that refuses in its constructor has opened nothing.
          [[ $RESULT == '{"error"'* ]] || NONCENSE_OPEN[.${FIELD[session]-}]='open already'
          noncense_answer "$id" result "${RESULT:-{\}}"
        else
          noncense_refuse "$id" -32000 'open failed; see stderr'
        fi
        ;;
      call) noncense_call "$id" & ;;
      close)
        if declare -F adapter_close >/dev/null; then adapter_close; fi
        unset "NONCENSE_OPEN[.${FIELD[session]-}]"
        noncense_answer "$id" result '{}'
        ;;
      unreadable) noncense_refuse "$id" -32700 'a line that is not JSON' ;;
      *) noncense_refuse "$id" -32601 'there is no such method' ;;
    esac
  done
}

noncense_call() {
  local status=0
  adapter_call 4<&- || status=$?
  if ((status == 64)); then
    noncense_refuse "$1" -32601 'this adapter has no such operation'
  elif ((status != 0)) || [[ -z $RESULT ]]; then
    noncense_refuse "$1" -32000 "the call ended with status $status and no result; see stderr"
  else
    noncense_answer "$1" result "$RESULT"
  fi
}

noncense_refuse() { noncense_answer "$1" error "{\"code\":$2,\"message\":\"$3\"}"; }

# Write one answer. Long lines are more than one write, so the subshells take turns: each opens the pipe anew, because
# a lock belongs to an open file and not to a process.
noncense_answer() {
  local turn
  exec {turn}>>/proc/self/fd/3
  flock "$turn"
  printf '{"jsonrpc":"2.0","id":%s,"%s":%s}\n' "$1" "$2" "$3" >&3
  exec {turn}>&-
}
