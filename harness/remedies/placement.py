"""Remedies for what stands where in a request, and for text, numbers and names that were not left as they were."""

from __future__ import annotations

from harness.remedies.remedy import Remedy

PLACEMENT: tuple[Remedy, ...] = (
    Remedy(
        codes=(
            "QUERY-ON-POST",
            "PARAMETER-IN-TWO-PLACES",
            "BODY-OF-ANOTHER-FORM",
            "CONTENT-TYPE-DIFFERS",
            "BODY-IN-CHUNKS",
        ),
        title="Put parameters into one place, in the documented form, with its type and its length",
        costs="The exchange refuses the call, or sees no parameters and does something else.",
        python="""
body = urlencode(params).encode()                 # or json.dumps(params).encode(): what the documents ask for
headers["Content-Type"] = "application/x-www-form-urlencoded"
connection.request("POST", path, body=body, headers=headers)  # no query; bytes, so that a length is sent
""",
        javascript="""
const body = new URLSearchParams(params).toString(); // or JSON.stringify(params)
await fetch(baseUrl + path, { method: "POST", body, headers: {
  ...signed, "Content-Type": "application/x-www-form-urlencoded" } });
""",
        php="""
$body = http_build_query($params);
curl_setopt($curl, CURLOPT_POSTFIELDS, $body);      // a string: an array becomes multipart/form-data
curl_setopt($curl, CURLOPT_HTTPHEADER, [...$signed, 'Content-Type: application/x-www-form-urlencoded']);
""",
        go="""
body := params.Encode()
req, err := http.NewRequest("POST", base+path, strings.NewReader(body)) // a Reader whose length is known
req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
""",
        java="""
HttpRequest.newBuilder(uri).header("Content-Type", "application/x-www-form-urlencoded")
    .POST(BodyPublishers.ofString(body)).build();
""",
        bash="""
curl "$BASE_URL$path" -H 'Content-Type: application/x-www-form-urlencoded' --data-binary "$body"
""",
    ),
    Remedy(
        codes=("TEXT-TRIMMED", "TEXT-NORMALISED", "TEXT-CASE-CHANGED", "TEXT-MANGLED", "TEXT-REFUSAL-MISNAMED"),
        title="Pass text on as it was given, and refuse what cannot be encoded",
        costs="Another text than the user's reaches the exchange: another label, another address.",
        python="""
try:
    raw = value.encode("utf-8")                   # strict; no strip, no lower, no unicodedata.normalize
except UnicodeEncodeError as error:
    raise InvalidRequest("the value cannot be encoded") from error
""",
        javascript="""
if (!value.isWellFormed()) throw new InvalidRequest("the value cannot be encoded");
const text = encodeURIComponent(value);           // no trim, no toLowerCase, no normalize
""",
        php="""
if (!mb_check_encoding($value, 'UTF-8')) {
    throw new InvalidRequest('the value cannot be encoded');
}
$text = rawurlencode($value);                     // no trim, no strtolower
""",
        go="""
if !utf8.ValidString(value) {
	return ErrInvalidRequest
}
text := url.QueryEscape(value)                    // no strings.TrimSpace, no strings.ToLower
""",
        java="""
CharsetEncoder strict = UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPORT);
ByteBuffer raw = strict.encode(CharBuffer.wrap(value));   // throws; String.getBytes would write '?'
""",
        bash="""
printf '%s' "$value" | iconv -f UTF-8 -t UTF-8 > /dev/null || exit 2
""",
    ),
    Remedy(
        codes=("BOOLEAN-MISSPELLED", "INTEGER-MISSPELLED"),
        title="Write booleans as true and false, and integers in plain digits",
        costs="A flag that was set is read as unset, or a number as another one.",
        python="""
def spelled(value: bool | int | str) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)   # an int is never made a float
""",
        javascript="""
const spelled = (value) => String(value);         // true, false, digits; beyond 2^53 keep text or BigInt
""",
        php="""
$spelled = is_bool($value) ? ($value ? 'true' : 'false') : (string) $value;   // http_build_query writes 1 and 0
""",
        go="""
text := strconv.FormatBool(flag)
text = strconv.FormatInt(number, 10)              // not fmt.Sprint of a float64
""",
        java="""
String text = value.toString();                   // Boolean, Long; no Double in between
""",
        bash="""
jq -r '.value | tostring' <<< "$json"
""",
    ),
    Remedy(
        codes=("MARKET-MISSPELLED", "CLIENT-ORDER-ID-CHANGED"),
        title="Join names as the exchange does, and leave their characters alone",
        costs="A market cannot be traded, or an order is not found under the id that its user gave it.",
        python="""
base, quote = market.split("/")                   # 1INCH, 1000SATS: whatever stands there
symbol = f"{base}_{quote}"
params["client_order_id"] = str(client_order_id)  # digit by digit, without a prefix
""",
        javascript="""
const [base, quote] = market.split("/");
const symbol = `${base}_${quote}`;
params.client_order_id = String(clientOrderId);   // a string from the start: Number() rounds beyond 2^53
""",
        php="""
[$base, $quote] = explode('/', $market);
$params['client_order_id'] = (string) $clientOrderId;
""",
        go="""
base, quote, _ := strings.Cut(market, "/")
params.Set("client_order_id", clientOrderID)      // a string
""",
        java="""
String[] pair = market.split("/");
params.put("client_order_id", clientOrderId);     // a String
""",
        bash="""
symbol="${market%/*}_${market#*/}"
""",
    ),
    Remedy(
        codes=("CLIENT-NOT-NAMED",),
        title="Name the client and its version in User-Agent",
        costs="Nothing at once. When the exchange changes something, it cannot tell whom to warn.",
        python="""
session.headers["User-Agent"] = f"my-client/{__version__} {requests.utils.default_user_agent()}"
""",
        javascript="""
headers["User-Agent"] = `my-client/${version}`;
""",
        php="""
curl_setopt($curl, CURLOPT_USERAGENT, 'my-client/' . VERSION);
""",
        go="""
req.Header.Set("User-Agent", "my-client/"+Version)
""",
        java="""
request.header("User-Agent", "my-client/" + VERSION);
""",
        bash="""
curl -A "my-client/$VERSION" "$BASE_URL$path"
""",
    ),
    Remedy(
        codes=("ANSWER-CHANGES-SIGNING", "BREAKS-BEHIND-A-PROXY", "BYTES-DEPEND-ON-SURROUNDINGS"),
        title="Build each request from its own parameters, and sign nothing of the way or of the machine",
        costs="The client works on its author's machine, and elsewhere calls are refused for no visible reason.",
        python="""
text = "\\n".join((method, target, nonce, timestamp, body_hash))  # no Host, no cookie, no header of an answer
session = requests.Session()
session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
""",
        javascript="""
const text = [method, target, nonce, timestamp, bodyHash].join("\\n");
price.toString();                                 // not toLocaleString
""",
        php="""
$text = implode("\\n", [$method, $target, $nonce, $timestamp, $bodyHash]);
number_format($price, 8, '.', '');                // not the locale's separators
""",
        go="""
text := strings.Join([]string{method, target, nonce, timestamp, bodyHash}, "\\n")
// range over a slice of names: the order of a map is another one each time
""",
        java="""
String text = String.join("\\n", method, target, nonce, timestamp, bodyHash);
String.format(Locale.ROOT, "%.8f", price);        // and toLowerCase(Locale.ROOT)
""",
        bash="""
export LC_ALL=C
text=$(printf '%s\\n%s\\n%s\\n%s\\n%s' "$method" "$target" "$nonce" "$timestamp" "$body_hash")
""",
    ),
)
