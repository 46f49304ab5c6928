# Reads Poloniex's answers. Their numbers have been put in quotes, so every digit is there and money is text throughout.

def kind_of_status($status):
  if $status >= 500 then "unavailable"
  elif $status == 429 or $status == 418 then "rate_limit"
  elif $status == 408 then "timeout"
  elif $status == 404 then "not_found"
  elif $status == 403 then "permission"
  elif $status == 401 then "authentication"
  elif $status >= 400 then "invalid_request"
  else "bad_response" end;

# Poloniex has no codes: parts of its texts, and what each tells the user. The first that is met counts.
def kinds: [
  ["Invalid API key/secret pair", "authentication"],
  ["Nonce must be greater than", "nonce"],
  ["Invalid nonce parameter", "nonce"],
  ["Invalid command", "not_found"],
  ["permission", "permission"],
  ["Permission denied", "permission"],
  ["account is frozen", "permission"],
  ["Not enough", "insufficient_funds"],
  ["Order not found", "order_not_found"],
  ["Invalid order number", "order_not_found"],
  ["is either completed or does not exist", "order_not_found"],
  ["Please do not make more than", "rate_limit"],
  ["This IP has been", "rate_limit"],
  ["Connection timed out", "timeout"],
  ["Internal error", "unavailable"],
  ["Transaction failed", "unavailable"],
  ["maintenance", "unavailable"]
];

# Turn what a refusal says into what the user is told. A 5xx is never a verdict on the request: the order may stand.
def refusal($status; $words):
  (first(kinds[] | select(.[0] as $part | $words | contains($part)) | .[1])
    // if $status == 200 or $status == 422 then (if $words == "" then "unknown" else "invalid_request" end)
       else kind_of_status($status) end) as $kind
  | {kind: (if $status >= 500 then "unavailable" else $kind end), message: "HTTP \($status) \($words)", http_status: $status};

# A failure says so in `error`, in `result.error`, in `response` or in `message`, with any status, 200 among them.
def checked($status):
  (if type == "object" then . else {} end) as $body
  | ($body.error // ($body.result | objects | .error) // "" | strings) as $said
  | ($said != "" or ($body.success == "0" or $body.success == 0 or $body.success == false)) as $failed
  | if $failed or $status < 200 or $status > 299
    then error(refusal($status; first($said, $body.response, $body.message | strings | select(. != "")) // ""))
    else . end;

# Run over the whole output of curl: the body, and the status on the last line. The brackets end the first `try` right
# there: that of jq 1.6 would catch what goes wrong behind it as well.
def answer(read):
  rindex("\n") as $cut
  | (.[$cut + 1:] | gsub("[^0-9]"; "") | tonumber) as $status
  | [.[:$cut] | fromjson?] as $parsed
  | try (
      if $parsed == [] then error({kind: kind_of_status($status), message: "HTTP \($status): the answer is not JSON", http_status: $status})
      else $parsed[0] | checked($status) | {ok: read} end
    ) catch (
      if type == "object" then {error: .}
      else {error: {kind: "bad_response", message: "the answer has another shape than the documented one", http_status: $status}} end
    );

# PHP writes an empty object as an empty list, and so does Poloniex.
def members: if type == "array" and length == 0 then {} elif type == "object" then . else error("no object") end;
def items: if type == "object" and length == 0 then [] elif type == "array" then . else error("no list") end;
def text: if type == "string" and . != "" then . else error("no text") end;

def zeros($count): if $count > 0 then "0" * $count else "" end;

# A decimal without an exponent.
def decimal:
  text
  | capture("^(?<sign>-?)(?<whole>[0-9]+)(\\.(?<fraction>[0-9]+))?([eE]\\+?(?<shift>-?[0-9]{1,3}))?$")
    // error("no decimal")
  | (.shift // "0" | tonumber) as $shift
  | (.fraction // "") as $fraction
  | if $shift == 0 then .sign + .whole + (if $fraction == "" then "" else "." + $fraction end)
    else
      (.whole | length + $shift) as $point
      | (zeros(1 - $point) + .whole + $fraction + zeros($point - (.whole + $fraction | length))) as $digits
      | ([1, $point] | max) as $at
      | .sign + ($digits[:$at] | sub("^0+(?=[0-9])"; "")) + (if ($digits | length) > $at then "." + $digits[$at:] else "" end)
    end;

def balances: members | map_values(decimal);
def order_id: {order_id: (.orderNumber | text)};
def done: {};
def withdrawn: .response | text | {};
def open_orders($market): items | map({
  order_id: (.orderNumber | text), market: $market, side: (.type | text), price: (.rate | decimal), amount: (.amount | decimal)
});
def known_address($currency): members | if has($currency) then {address: (.[$currency] | text)} else null end;
def new_address: {address: (.response | text)};
def ticker($pair):
  if has($pair) then .[$pair] | {last: (.last | decimal), bid: (.highestBid | decimal), ask: (.lowestAsk | decimal)}
  else error({kind: "not_found", message: "the exchange lists no such market"}) end;
def levels($depth): items[:$depth] | map([(.[0] | decimal), (.[1] | decimal)]);
def order_book($depth): {bids: (.bids | levels($depth)), asks: (.asks | levels($depth))};
