"""Remedies for the secret, the digest and how it is written."""

from __future__ import annotations

from harness.remedies.remedy import Remedy

_REFUSED = "Every private call is refused. No money is lost, and no trade is made."

SIGNATURES: tuple[Remedy, ...] = (
    Remedy(
        codes=(
            "SECRET-BASE64-DECODED",
            "SECRET-HEX-DECODED",
            "SECRET-BASE64-ENCODED",
            "SECRET-PREFIX-STRIPPED",
            "SECRET-ZEROS-LOST",
            "SECRET-UPPER-CASED",
            "SECRET-LOWER-CASED",
            "SECRET-HASHED",
            "SECRET-AS-BYTES-REPR",
            "SECRET-IN-UTF-16",
        ),
        title="Use the secret's characters as they are printed",
        costs=_REFUSED,
        python="""
key = secret.encode("utf-8")        # not bytes.fromhex, not b64decode, not str(secret.encode())
hmac.new(key, text, hashlib.sha512).hexdigest()
""",
        javascript="""
crypto.createHmac("sha512", secret)  // a string is taken as UTF-8; no Buffer.from(secret, "hex")
  .update(text).digest("hex");
""",
        php="""
hash_hmac('sha512', $text, $secret); // no hex2bin, no base64_decode, no substr
""",
        go="""
mac := hmac.New(sha512.New, []byte(secret)) // no hex.DecodeString, no base64
""",
        java="""
new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA512");
""",
        bash="""
printf '%s' "$text" | openssl dgst -sha512 -hmac "$secret" -r | cut -d' ' -f1
""",
    ),
    Remedy(
        codes=("SECRET-NOT-DECODED",),
        title="Decode the secret from base64 first",
        costs=_REFUSED,
        python="""
key = base64.b64decode(secret, validate=True)
""",
        javascript="""
const key = Buffer.from(secret, "base64");
""",
        php="""
$key = base64_decode($secret, true);
""",
        go="""
key, err := base64.StdEncoding.DecodeString(secret)
""",
        java="""
byte[] key = Base64.getDecoder().decode(secret);
""",
        bash="""
key=$(printf '%s' "$secret" | base64 -d | xxd -p -c 256)
printf '%s' "$text" | openssl dgst -sha512 -mac HMAC -macopt "hexkey:$key" -r | cut -d' ' -f1
""",
    ),
    Remedy(
        codes=(
            "SECRET-TRIMMED",
            "CREDENTIAL-REPAIRED",
            "SECRET-WITH-NEWLINE",
            "SECRET-WITH-BLANK",
            "SECRET-IN-QUOTES",
            "SECRET-EMPTY",
            "SECRET-PLACEHOLDER",
            "SENT-WITHOUT-CREDENTIALS",
        ),
        title="Read the secret without its line end, and refuse an empty one",
        costs="Every private call is refused, and the reason is in a file that looks right.",
        python="""
secret = Path(path).read_text("utf-8").rstrip("\\r\\n")
if not secret:
    raise ValueError(f"{path} holds no secret")
""",
        javascript="""
const secret = fs.readFileSync(path, "utf8").replace(/\\r?\\n$/, "");
if (!secret) throw new Error(`${path} holds no secret`);
""",
        php="""
$secret = rtrim(file_get_contents($path), "\\r\\n");
if ($secret === '') throw new RuntimeException("$path holds no secret");
""",
        go="""
raw, err := os.ReadFile(path)
secret := strings.TrimRight(string(raw), "\\r\\n")
if err != nil || secret == "" { return fmt.Errorf("%s holds no secret", path) }
""",
        java="""
String secret = Files.readString(path).replaceFirst("\\\\R\\\\z", "");
if (secret.isEmpty()) throw new IllegalStateException(path + " holds no secret");
""",
        bash="""
secret=$(<"$path")                   # the shell takes the last line end off
: "${secret:?$path holds no secret}"
""",
    ),
    Remedy(
        codes=(
            "KEY-AS-SECRET",
            "KEY-AND-SECRET-SWAPPED",
            "OTHER-SECRET",
            "OTHER-KEY",
            "KEY-MISSING",
            "KEY-CHANGED",
            "KEY-REPEATED",
        ),
        title="Keep key and secret together, in the session that they belong to",
        costs="A call is made in another account's name, or a secret travels where the key belongs and is known to"
        " every proxy on the way. A pair whose secret has travelled must be revoked.",
        python="""
@dataclass(frozen=True)
class Credentials:
    key: str
    secret: str = field(repr=False)

class Session:
    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials   # never a module's or a class's attribute
""",
        javascript="""
class Session {
  #key; #secret;
  constructor({ key, secret }) { this.#key = key; this.#secret = secret; }
}
""",
        php="""
final class Session {
    public function __construct(private readonly string $key, #[SensitiveParameter] private readonly string $secret) {}
}
""",
        go="""
type Session struct{ key, secret string } // no package variable
func NewSession(key, secret string) *Session { return &Session{key: key, secret: secret} }
""",
        java="""
public final class Session {
    private final String key, secret;     // final and not static
    public Session(String key, String secret) { this.key = key; this.secret = secret; }
}
""",
        bash="""
call() { local key=$1 secret=$2; shift 2; ...; }   # local, so that two accounts never mix
""",
    ),
    Remedy(
        codes=(
            "OTHER-HASH",
            "PLAIN-HASH",
            "HASH-WITHOUT-SECRET",
            "HMAC-ARGUMENTS-SWAPPED",
            "HASHED-AGAIN",
            "TEXT-HASHED-FIRST",
        ),
        title="Use HMAC with the documented hash: the secret is the key, the text is the message",
        costs=_REFUSED,
        python="""
hmac.new(secret.encode(), text, hashlib.sha512).hexdigest()   # key first, message second
""",
        javascript="""
crypto.createHmac("sha512", secret).update(text).digest("hex");
""",
        php="""
hash_hmac('sha512', $text, $secret);   // algorithm, message, key
""",
        go="""
mac := hmac.New(sha512.New, []byte(secret))
mac.Write(text)
sign := hex.EncodeToString(mac.Sum(nil))
""",
        java="""
Mac mac = Mac.getInstance("HmacSHA512");
mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA512"));
String sign = HexFormat.of().formatHex(mac.doFinal(text));
""",
        bash="""
printf '%s' "$text" | openssl dgst -sha512 -hmac "$secret" -r | cut -d' ' -f1
""",
    ),
    Remedy(
        codes=("HMAC-INSTEAD-OF-HASH", "HASHED-ONCE", "SECOND-HASH-OVER-RAW-DIGEST"),
        title="Hash the text, append the secret to the hex, hash again",
        costs=_REFUSED,
        python="""
digest = hashlib.sha256(text.encode()).hexdigest()
sign = hashlib.sha256((digest + secret).encode()).hexdigest()
""",
        javascript="""
const hash = (text) => crypto.createHash("sha256").update(text).digest("hex");
const sign = hash(hash(text) + secret);
""",
        php="""
$sign = hash('sha256', hash('sha256', $text) . $secret);
""",
        go="""
first := sha256.Sum256([]byte(text))
second := sha256.Sum256([]byte(hex.EncodeToString(first[:]) + secret))
sign := hex.EncodeToString(second[:])
""",
        java="""
MessageDigest hash = MessageDigest.getInstance("SHA-256");
String digest = HexFormat.of().formatHex(hash.digest(text.getBytes(StandardCharsets.UTF_8)));
String sign = HexFormat.of().formatHex(hash.digest((digest + secret).getBytes(StandardCharsets.UTF_8)));
""",
        bash="""
hash() { openssl dgst -sha256 -r | cut -d' ' -f1; }
sign=$(printf '%s%s' "$(printf '%s' "$text" | hash)" "$secret" | hash)
""",
    ),
    Remedy(
        codes=(
            "SIGNATURE-UPPER-CASE",
            "SIGNATURE-BASE64",
            "SIGNATURE-BASE64URL",
            "SIGNATURE-HEX",
            "SIGNATURE-BASE64-OF-HEX",
            "SIGNATURE-HEX-OF-BASE64",
            "SIGNATURE-ZEROS-LOST",
            "SIGNATURE-BYTES-UNPADDED",
            "SIGNATURE-PADDING-LOST",
            "SIGNATURE-TRUNCATED",
            "SIGNATURE-WITH-PREFIX",
            "SIGNATURE-WITH-BLANKS",
            "SIGNATURE-PERCENT-ENCODED",
            "SIGNATURE-MISSPELLED",
        ),
        title="Write the whole digest in lowercase hex, two digits a byte",
        costs="Calls are refused: all of them, or one in sixteen where a leading zero is lost, which looks like"
        " chance.",
        python="""
sign = digest.hex()                   # not hex(int.from_bytes(digest)), which loses zeros
""",
        javascript="""
const sign = hmac.digest("hex");      // not BigInt(...).toString(16)
""",
        php="""
$sign = hash_hmac('sha512', $text, $secret);   // is lowercase hex already; no bin2hex around it
""",
        go="""
sign := hex.EncodeToString(digest)    // not fmt.Sprintf("%x", number)
""",
        java="""
String sign = HexFormat.of().formatHex(digest);  // not new BigInteger(1, digest).toString(16)
""",
        bash="""
sign=$(printf '%s' "$text" | openssl dgst -sha512 -hmac "$secret" -r | cut -d' ' -f1)   # no "(stdin)= " before it
""",
    ),
    Remedy(
        codes=(
            "SECRET-SENT-AS-SIGNATURE",
            "SECRET-ON-THE-WIRE",
            "SECRET-IN-ANSWER",
            "SECRET-IN-ERROR",
            "SECRET-IN-REPR",
            "SECRET-LOGGED",
            "SIGNATURE-LOGGED",
        ),
        title="Keep the secret in one private place, and out of every text",
        costs="Whoever reads a log, a crash report or a proxy's memory can trade and, with the right, withdraw. The"
        " pair must be revoked.",
        python="""
class Session:
    def __init__(self, key, secret):
        self.key, self._sign = key, functools.partial(hmac.digest, secret.encode(), digest="sha512")
    def __repr__(self):
        return f"Session(key={self.key!r})"
""",
        javascript="""
class Session {
  #secret;                            // not shown by console.log, JSON.stringify or util.inspect
  constructor(key, secret) { this.key = key; this.#secret = secret; }
}
""",
        php="""
public function __debugInfo(): array { return ['key' => $this->key]; }
public function __construct(private string $key, #[SensitiveParameter] private string $secret) {}
""",
        go="""
type Secret string
func (Secret) String() string               { return "***" }
func (Secret) GoString() string             { return "***" }
func (Secret) MarshalText() ([]byte, error) { return []byte("***"), nil }
""",
        java="""
@Override public String toString() { return "Session[key=" + key + "]"; }   // a record would print the secret
""",
        bash="""
set +x                                # no tracing while the secret is in sight
curl --config - <<< "header = \\"Sign: $sign\\""   # not on a command line that ps shows
""",
    ),
)
