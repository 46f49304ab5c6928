"""Remedies for reading documents without more assumptions than they bear out, and for what a call sends besides."""

from __future__ import annotations

from harness.remedies.remedy import Remedy

DOCUMENTS: tuple[Remedy, ...] = (
    Remedy(
        codes=("UNKNOWN-MEMBER-REFUSED", "MEMBER-ORDER-RELIED-ON", "OPTIONAL-MEMBER-MISSED"),
        title="Read the members that you need, by their names, and let the others be",
        costs="On the day when the exchange adds a member, or leaves one out, every order is reported as failed.",
        python="""
order_id = answer["order_id"]                 # needed: its absence is a failure
own_id = answer.get("client_order_id")        # not needed; pydantic: extra="ignore", Optional with a default
""",
        javascript="""
const { order_id, client_order_id = null } = answer;      // zod: .passthrough() and .nullish(), not .strict()
""",
        php="""
$orderId = $answer['order_id']; $ownId = $answer['client_order_id'] ?? null;
""",
        go="""
ClientOrderID *string `json:"client_order_id"`            // a pointer; and no DisallowUnknownFields
""",
        java="""
mapper.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
""",
        bash="""
jq -r '.order_id, (.client_order_id // "")' answer.json   # by name; no cut -d, -f1
""",
    ),
    Remedy(
        codes=("BLANKS-OR-MARK-REFUSED", "CONTENT-TYPE-INSISTED-ON", "TEXT-HARMED"),
        title="Decode every body as UTF-8, and parse it whatever its Content-Type says",
        costs="A proxy that spells a header in its own way stops all trading; a label comes back as gibberish.",
        python="""
data = json.loads(response.content.decode("utf-8-sig"))   # aiohttp: await response.json(content_type=None)
""",
        javascript="""
const data = JSON.parse(new TextDecoder("utf-8").decode(await response.arrayBuffer()));   // drops the mark
""",
        php="""
$data = json_decode(preg_replace('/^\\xEF\\xBB\\xBF/', '', $body), true, 512, JSON_THROW_ON_ERROR);
""",
        go="""
raw = bytes.TrimPrefix(raw, []byte("\\xef\\xbb\\xbf"))    // json.Unmarshal takes the rest as UTF-8
""",
        java="""
String text = new String(body, StandardCharsets.UTF_8);   // never new String(body)
""",
        bash="""
sed '1s/^\\xEF\\xBB\\xBF//' answer.json | jq .
""",
    ),
    Remedy(
        codes=("NO-NUMBER-AS-AMOUNT",),
        title="Refuse amounts that are not finite",
        costs="Every comparison with NaN is false: a bot that asks whether it can pay is told that it can, or never.",
        python="""
data = json.loads(text, parse_float=Decimal, parse_constant=refuse)   # refuse() raises
if not amount.is_finite(): raise BadResponse(text)
""",
        javascript="""
if (!/^-?\\d+(\\.\\d+)?$/.test(amount)) throw new BadResponse(text);      // 1e400 is Infinity by now
""",
        php="""
if (!is_numeric($amount) || is_infinite((float) $amount)) throw new BadResponse($body);
""",
        go="""
amount, err := decimal.NewFromString(number.String())     // err for NaN, which encoding/json refuses anyway
""",
        java="""
mapper.disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature());
""",
        bash="""
jq -e '.BTC | tonumber | isnormal or . == 0' answer.json >/dev/null || exit 1
""",
    ),
    Remedy(
        codes=("LIST-INCOMPLETE", "LISTED-TWICE", "LIST-WITHOUT-ORDER", "ORDER-ID-NOT-SHOWN", "ORDER-ID-NOT-SENT"),
        title="Send the user's own id, and hand on whole lists in an order that can be stated",
        costs="An order that is not listed, or cannot be recognised, is forgotten, and trades unawares.",
        python="""
return [order_of(row) for row in rows]        # all of them, as they came; no set(), no [:10]
""",
        javascript="""
return rows.map(orderOf);                     // client_order_id among the members
""",
        php="""
return array_map($orderOf, array_values($rows));
""",
        go="""
for _, row := range rows { orders = append(orders, orderOf(row)) }   // not by way of a map
""",
        java="""
return rows.stream().map(Order::of).toList(); // not collect(toSet())
""",
        bash="""
jq -c '.[]' answer.json                       # every line, no head
""",
    ),
    Remedy(
        codes=("AMOUNT-ROUNDED-SILENTLY", "NONSENSE-MENDED"),
        title="Send an amount as it was given, or refuse it",
        costs="A slip in the user's program becomes an order, and nobody hears of it.",
        python="""
if not re.fullmatch(r"[0-9]+(\\.[0-9]+)?", amount):         # no float(), no rounding on the way
    raise ValueError(f"{amount!r} is no amount")
""",
        javascript="""
if (!/^\\d+(\\.\\d+)?$/.test(amount)) throw new RangeError(amount);       // parseFloat("1,5") is 1
""",
        php="""
if (!preg_match('/^\\d+(\\.\\d+)?$/D', $amount)) throw new ValueError($amount);   // (float) "1abc" is 1
""",
        go="""
amount, err := decimal.NewFromString(text); if err != nil { return err }
""",
        java="""
BigDecimal amount = new BigDecimal(text);     // throws; and setScale(8, RoundingMode.UNNECESSARY) throws too
""",
        bash="""
[[ $amount =~ ^[0-9]+(\\.[0-9]+)?$ ]] || exit 2            # printf %.8f rounds
""",
    ),
    Remedy(
        codes=("HIDDEN-CALLS",),
        title="Ask for what a call needs, once",
        costs="Every request counts towards the limit and spends a nonce; two for one halve what the user can do.",
        python="""
def place_order(self, order): return self._signed_post("/orders", order)   # the exchange checks the balance itself
""",
        javascript="""
this.markets ??= await this.#get("/markets"); // public, and once for each session
""",
        php="""
$this->markets ??= $this->get('/markets');
""",
        go="""
s.once.Do(s.loadMarkets)
""",
        java="""
private final Supplier<Markets> markets = Suppliers.memoize(this::loadMarkets);
""",
        bash="""
[ -s markets.json ] || curl -sS "$BASE_URL/markets" -o markets.json
""",
    ),
)
