"""Remedies for values: money, identifiers, text and framing."""

from __future__ import annotations

from harness.remedies.remedy import Remedy

VALUES: tuple[Remedy, ...] = (
    Remedy(
        codes=(
            "AMOUNT-IN-SCIENTIFIC-NOTATION",
            "AMOUNT-ROUNDED-BY-FLOAT",
            "AMOUNT-MISSPELLED",
            "DECIMAL-COMMA",
        ),
        title="Format money in fixed notation, from decimals or text",
        costs="`1e-08` is refused or read as 1; `0.1 + 0.2` buys another amount than was asked for.",
        python="""
amount = format(Decimal(text), "f")           # never float; str(Decimal("1E-8")) has an exponent
""",
        javascript="""
const amount = new Decimal(text).toFixed();   // decimal.js; String(1e-8) is "1e-8"
""",
        php="""
$amount = bcadd($text, '0', 8);               // text all the way; number_format obeys its own rules
""",
        go="""
amount := decimal.RequireFromString(text).String()        // shopspring; not strconv.FormatFloat
""",
        java="""
String amount = new BigDecimal(text).toPlainString();     // not toString, not String.format in a locale
""",
        bash="""
export LC_NUMERIC=C                           # and pass amounts through as text
""",
    ),
    Remedy(
        codes=("AMOUNT-AS-FLOAT", "AMOUNT-NOT-TEXT", "IDENTIFIER-ROUNDED"),
        title="Keep amounts and identifiers of answers as text, or parse them exactly",
        costs="An order id that lost its last digit cancels another order, or none; balances drift from the"
        " exchange's.",
        python="""
data = json.loads(text, parse_float=Decimal)  # ints are exact in Python
""",
        javascript="""
JSON.parse(text.replace(/:\\s*(\\d{16,})/g, ':"$1"'));      // or json-bigint: numbers end at 2^53
""",
        php="""
json_decode($text, true, 512, JSON_BIGINT_AS_STRING | JSON_THROW_ON_ERROR);
""",
        go="""
decoder := json.NewDecoder(body); decoder.UseNumber()     // not interface{} floats
""",
        java="""
mapper.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
""",
        bash="""
grep -o '"order_id":[0-9]*' answer.json       # jq before 1.7 rounds integers beyond 2^53
""",
    ),
    Remedy(
        codes=("VALUE-CHANGED", "EFFECT-NOT-AS-ASKED"),
        title="Encode each value once, and put each where it belongs",
        costs="Another order is placed than was asked for: another amount, market or side.",
        python="""
urlencode({"pair": pair, "amount": amount})   # once; no manual quoting before it
""",
        javascript="""
new URLSearchParams({ pair, amount }).toString();         // once; no encodeURIComponent before it
""",
        php="""
http_build_query(['pair' => $pair, 'amount' => $amount], '', '&', PHP_QUERY_RFC1738);
""",
        go="""
values := url.Values{"pair": {pair}, "amount": {amount}}  // values.Encode() escapes once
""",
        java="""
URLEncoder.encode(value, StandardCharsets.UTF_8);         // on each value, once
""",
        bash="""
curl --data-urlencode "pair=$pair" ...        # or jq -rn --arg v "$pair" '$v|@uri'
""",
    ),
    Remedy(
        codes=("CONTROL-SENT-RAW", "HEADER-INJECTION", "LENGTH-IN-CHARACTERS", "FRAMING-BROKEN"),
        title="Encode to bytes first, and refuse what a header cannot carry",
        costs="A line break in a value writes a header of its own, or the body ends where nobody expects it; a"
        " client that lets users choose labels lets them sign requests.",
        python="""
if any(character < " " or character == "\\x7f" for character in value):
    raise ValueError("control characters cannot be sent")
body = text.encode("utf-8")                   # then len(body), or leave the length to the library
""",
        javascript="""
if (/[\\x00-\\x1f\\x7f]/.test(value)) throw new RangeError("control characters cannot be sent");
headers["Content-Length"] = Buffer.byteLength(body);      // not body.length
""",
        php="""
if (preg_match('/[\\x00-\\x1f\\x7f]/', $value)) throw new InvalidArgumentException();
""",
        go="""
if strings.IndexFunc(value, unicode.IsControl) >= 0 { return errors.New("control characters cannot be sent") }
""",
        java="""
byte[] body = text.getBytes(StandardCharsets.UTF_8);      // its length, not text.length()
""",
        bash="""
[[ $value == *[[:cntrl:]]* ]] && exit 2
""",
    ),
    Remedy(
        codes=("HOST-IN-TARGET", "HOST-DIFFERS", "WENT-ELSEWHERE"),
        title="Build every URL from the configured base, and leave the Host header to the library",
        costs="Part of the calls go to the real exchange while the user believes himself at a test one.",
        python="""
url = f"{self.base_url.rstrip('/')}{path}"    # everywhere; no host name beside it
""",
        javascript="""
const url = new URL(path, this.baseUrl);
""",
        php="""
$url = rtrim($this->baseUrl, '/') . $path;
""",
        go="""
url := strings.TrimRight(s.BaseURL, "/") + path
""",
        java="""
URI uri = baseUri.resolve(path);
""",
        bash="""
curl "${BASE_URL%/}$path"
""",
    ),
)
