"""Remedies for the text that is signed: which bytes, in which order, in which layout."""

from __future__ import annotations

from harness.remedies.remedy import Remedy

TEXTS: tuple[Remedy, ...] = (
    Remedy(
        codes=(
            "PARAMETERS-SORTED",
            "ESCAPES-IN-TWO-CASES",
            "LONG-TEXT-SIGNED-IN-PART",
            "PARAMETERS-SORTED-BACKWARDS",
            "PARAMETERS-REVERSED",
            "NONCE-SIGNED-FIRST",
            "NONCE-SIGNED-LAST",
            "PARAMETER-LEFT-OUT",
            "EMPTY-VALUES-LEFT-OUT",
            "EMPTY-PAIR-ADDED",
            "EMPTY-PAIRS-LEFT-OUT",
            "DUPLICATES-COLLAPSED",
            "SPACE-SIGNED-AS-PERCENT-20",
            "SPACE-SIGNED-AS-PLUS",
            "SIGNED-UNENCODED",
            "SIGNED-ENCODED",
            "ENCODED-TWICE",
            "LOWERCASE-ESCAPES",
            "OTHER-SAFE-CHARACTERS",
            "SIGNED-AS-LATIN-1",
            "JSON-SIGNED-INSTEAD-OF-FORM",
            "FORM-SIGNED-INSTEAD-OF-JSON",
            "TEXT-UPPER-CASED",
            "TEXT-LOWER-CASED",
            "NOTHING-SIGNED",
            "BODY-NOT-SIGNED",
            "URL-SIGNED-INSTEAD-OF-BODY",
        ),
        title="Build the body once, sign those bytes, send those bytes",
        costs="Calls are refused as soon as a value holds a blank, a slash or a letter beyond ASCII, or parameters"
        " come in another order: often long after the release, and for one user only.",
        python="""
body = urlencode(parameters).encode()                     # once
sign = hmac.new(secret.encode(), body, "sha512").hexdigest()
session.post(url, data=body, headers={"Key": key, "Sign": sign,
             "Content-Type": "application/x-www-form-urlencoded"})   # bytes, not the dict
""",
        javascript="""
const body = new URLSearchParams(parameters).toString();  // once
const sign = crypto.createHmac("sha512", secret).update(body).digest("hex");
await fetch(url, { method: "POST", body, headers: { Key: key, Sign: sign,
  "Content-Type": "application/x-www-form-urlencoded" } });
""",
        php="""
$body = http_build_query($parameters, '', '&');           // once
$sign = hash_hmac('sha512', $body, $secret);
curl_setopt($curl, CURLOPT_POSTFIELDS, $body);            // the text, not the array
""",
        go="""
body := values.Encode()                                   // once; it sorts, and that is what is sent
sign := signed(secret, body)
request, err := http.NewRequest("POST", url, strings.NewReader(body))
""",
        java="""
byte[] body = form(parameters).getBytes(StandardCharsets.UTF_8);   // once
request.header("Sign", signed(body)).POST(HttpRequest.BodyPublishers.ofByteArray(body));
""",
        bash="""
body="command=returnBalances&nonce=$nonce"                # once
curl --data-binary "$body" -H "Key: $key" -H "Sign: $(printf '%s' "$body" | signed)" "$url"
""",
    ),
    Remedy(
        codes=(
            "JSON-SPACES-DIFFER",
            "JSON-SORTED",
            "JSON-ESCAPES-DIFFER",
            "JSON-BLANKS-REMOVED",
            "PYTHON-DICT-SIGNED",
        ),
        title="Serialise the JSON once, and let no library do it again",
        costs="Every call with a body is refused, because the HTTP library writes the JSON with other blanks or"
        " escapes than the one that was signed.",
        python="""
body = json.dumps(order, separators=(",", ":")).encode()
session.post(url, data=body, headers={**signed(body), "Content-Type": "application/json"})  # not json=order
""",
        javascript="""
const body = JSON.stringify(order);
axios.post(url, body, { headers: { ...signed(body), "Content-Type": "application/json" },
  transformRequest: [(text) => text] });                  // axios must not stringify it again
""",
        php="""
$body = json_encode($order, JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
curl_setopt($curl, CURLOPT_POSTFIELDS, $body);
""",
        go="""
body, err := json.Marshal(order)
request, err := http.NewRequest("POST", url, bytes.NewReader(body)) // the bytes that were signed
""",
        java="""
byte[] body = mapper.writeValueAsBytes(order);
HttpRequest.BodyPublishers.ofByteArray(body);             // not a second writeValueAsString
""",
        bash="""
body=$(jq -cn --arg side buy '{side: $side}')
curl --data-binary "$body" -H 'Content-Type: application/json' -H "Sign: $(printf '%s' "$body" | signed)" "$url"
""",
    ),
    Remedy(
        codes=("NULL-SIGNED", "ABSENT-SENT-AS-TEXT"),
        title="Drop parameters that were not given, before anything is built",
        costs="The exchange sees an order with the client id `None`, or the call is refused for its signature.",
        python="""
parameters = {name: value for name, value in given.items() if value is not None}
""",
        javascript="""
const parameters = Object.fromEntries(Object.entries(given).filter(([, value]) => value != null));
""",
        php="""
$parameters = array_filter($given, fn ($value) => $value !== null);
""",
        go="""
if clientID != "" { values.Set("client_id", clientID) }
""",
        java="""
given.values().removeIf(Objects::isNull);
""",
        bash="""
[ -n "${client_id-}" ] && body="$body&client_id=$client_id"
""",
    ),
    Remedy(
        codes=(
            "KEY-LEFT-OUT",
            "KEY-FIRST",
            "VALUES-ONLY",
            "NAMES-AND-VALUES-RUN-TOGETHER",
            "METHOD-LOWER-CASE",
            "METHOD-LEFT-OUT",
            "OTHER-METHOD-SIGNED",
            "QUERY-NOT-SIGNED",
            "TARGET-DECODED",
            "TARGET-ENCODED-AGAIN",
            "HOST-SIGNED",
            "FULL-URL-SIGNED",
            "PATH-SHORTENED",
            "SLASH-DIFFERS",
            "QUESTION-MARK-DIFFERS",
            "BODY-OF-GET-SIGNED",
            "EMPTY-BODY-SIGNED-AS-OBJECT",
            "BODY-NOT-HASHED",
            "BODY-HASHED-OTHERWISE",
            "NEWLINE-ADDED",
            "NEWLINES-LEFT-OUT",
            "NEWLINES-AS-TEXT",
            "NEWLINES-WITH-CARRIAGE-RETURN",
            "LINE-LEFT-OUT",
            "PATH-IN-FRONT",
            "METHOD-AND-PATH-IN-FRONT",
            "NONCE-IN-FRONT",
            "KEY-IN-FRONT",
            "KEY-BEHIND",
            "TEXT-HEX-ENCODED",
            "TEXT-BASE64-ENCODED",
            "TEXT-IN-UTF-16",
            "NONCE-AND-TIMESTAMP-SWAPPED",
        ),
        title="Sign the documented parts, in the documented order, and nothing else",
        costs="Every private call, or every one with a query or a body, is refused.",
        python="""
# method, target as sent, nonce, timestamp, hash of the body: five lines, none at the end
text = "\\n".join(("POST", "/v1/orders?a=%2F", str(nonce), str(now_ms), hashlib.sha512(body).hexdigest()))
""",
        javascript="""
const hash = crypto.createHash("sha512").update(body ?? "").digest("hex");
const text = ["POST", target, nonce, nowMs, hash].join("\\n");       // the target as it is sent
""",
        php="""
$text = implode("\\n", ['POST', $target, $nonce, $nowMs, hash('sha512', $body)]);   // "\\n", not '\\n'
""",
        go="""
hash := sha512.Sum512(body)
text := strings.Join([]string{"POST", request.URL.RequestURI(), nonce, now, hex.EncodeToString(hash[:])}, "\\n")
""",
        java="""
String target = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());  // raw, not decoded
String text = String.join("\\n", "POST", target, nonce, nowMs, hexSha512(body));
""",
        bash="""
hash=$(printf '%s' "$body" | openssl dgst -sha512 -r | cut -d' ' -f1)
text=$(printf '%s\\n%s\\n%s\\n%s\\n%s' POST "$target" "$nonce" "$now_ms" "$hash")
""",
    ),
    Remedy(
        codes=(
            "QUERY-WITH-EQUALS",
            "QUERY-WITH-AMPERSANDS",
            "QUERY-WITH-EQUALS-AND-AMPERSANDS",
            "QUERY-AS-SENT",
            "QUERY-NOT-SORTED",
            "QUERY-SIGNED-ENCODED",
        ),
        title="Sort the query by name and run decoded names and values together",
        costs="Every call with more than one parameter, or with a character that is escaped, is refused.",
        python="""
text = "".join(name + value for name, value in sorted(parameters.items()))
""",
        javascript="""
const text = Object.keys(parameters).sort().map((name) => name + parameters[name]).join("");
""",
        php="""
ksort($parameters, SORT_STRING);
$text = '';
foreach ($parameters as $name => $value) { $text .= $name . $value; }
""",
        go="""
sort.Strings(names)
for _, name := range names { text.WriteString(name + parameters[name]) }
""",
        java="""
String text = new TreeMap<>(parameters).entrySet().stream()
    .map(pair -> pair.getKey() + pair.getValue()).collect(Collectors.joining());
""",
        bash="""
text=$(printf '%s\\n' "${!parameters[@]}" | LC_ALL=C sort |
  while read -r name; do printf '%s%s' "$name" "${parameters[$name]}"; done)
""",
    ),
    Remedy(
        codes=(
            "SIGNED-BEFORE-NONCE",
            "FRESHNESS-DISAGREES",
            "PREVIOUS-NONCE-SIGNED",
            "NONCE-DRAWN-TWICE",
            "NONCE-LEFT-OUT",
            "TIMESTAMP-DRAWN-TWICE",
            "TIMESTAMP-LEFT-OUT",
            "PREVIOUS-TIMESTAMP-SIGNED",
            "TIMESTAMP-SIGNED-IN-SECONDS",
            "SIGNATURE-OF-PREVIOUS-REQUEST",
            "SIGNATURE-REUSED",
            "SHARED-BETWEEN-CALLS",
        ),
        title="Draw nonce and time once for each request, put them in place, then sign",
        costs="Calls are refused: every one, or those that run at the same time as another, which looks like chance"
        " and gets worse under load.",
        python="""
def call(self, command, **parameters):          # no mutable default, no attribute that calls share
    parameters = {**parameters, "command": command, "nonce": self._nonces.next()}
    body = urlencode(parameters).encode()
    return self._send(body, self._signed(body))
""",
        javascript="""
call(command, parameters = {}) {
  const body = new URLSearchParams({ ...parameters, command, nonce: this.#nonces.next() }).toString();
  return this.#send(body, this.#signed(body));
}
""",
        php="""
$parameters = ['nonce' => $this->nonces->next()] + $parameters;   // a copy: PHP arrays are values
$body = http_build_query($parameters, '', '&');
""",
        go="""
values := url.Values{}                          // a fresh one for each call
values.Set("nonce", strconv.FormatInt(s.nonces.Next(), 10))
body := values.Encode()
""",
        java="""
Map<String, String> parameters = new LinkedHashMap<>(given);   // a copy for each call
parameters.put("nonce", Long.toString(nonces.next()));
""",
        bash="""
nonce=$(next_nonce)                             # once; the variable goes into both
body="command=$command&nonce=$nonce"
""",
    ),
)
