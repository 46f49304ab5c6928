source "$(dirname "$0")/../../../../adapters/shell/noncense_adapter.bash"

adapter_describe() {
  RESULT='{"protocol":1,"name":"evil","version":"1","language":"bash","dialects":["reference"],"features":["concurrent"],'
  RESULT+='"operations":["echo","print","child","reported","skipped","foreign","leave","hang"]}'
}

adapter_open() {
  [[ $(field key) != refuse ]] || RESULT='{"error":{"kind":"authentication","message":"a key has 32 characters"}}'
}

adapter_call() {
  local -A PARAM
  unform PARAM "$(field params)"
  case ${FIELD[operation]} in
    echo) RESULT="{\"ok\":{\"text\":\"$(decode "${PARAM[text]}")\",\"number\":${PARAM[number]},\"yes\":true,\"list\":[\"a\"]}}" ;;
    print)
      echo 'noise: echo'
      printf 'noise: descriptor\n' >&1
      RESULT='{"ok":{}}'
      ;;
    child)
      bash -c 'echo noise: child; cat'
      RESULT='{"ok":{}}'
      ;;
    reported) RESULT='{"error":{"kind":"nonce","message":"Nonce must be greater than 7.","type":"InvalidNonce","http_status":422}}' ;;
    skipped) RESULT='{"skipped":{"reason":"it cannot send an empty list","url":null}}' ;;
    foreign) false ;;
    leave) kill -KILL $$ "$BASHPID" ;;
    hang) sleep 600 ;;
    *) return 64 ;;
  esac
}

noncense_serve
