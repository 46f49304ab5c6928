"""Remedies for what carries requests and answers: connections, codings, proxies, limits, processes."""

from __future__ import annotations

from harness.remedies.remedy import Remedy

CARRYING: tuple[Remedy, ...] = (
    Remedy(
        codes=("ENCODING-NOT-DECODED", "ODD-FRAME-MISREAD", "STRAY-ANSWER-TAKEN"),
        title="Leave framing and codings to an HTTP library, and trust no connection on which something lies",
        costs="Behind another front of the same exchange answers are rubbish, or belong to the call before.",
        python="""
connection = http.client.HTTPSConnection(host)   # reads past 1xx, to the end of HTTP/1.0, and decodes chunks
headers.pop("Accept-Encoding", None)             # nothing is asked for that nobody decodes
if select.select([connection.sock], [], [], 0)[0]:
    connection.close()                           # something came while nothing was asked
""",
        javascript="""
// undici and http decode nothing by themselves: name what you pipe through zlib, or ask for identity
headers['accept-encoding'] = 'identity';
""",
        php="""
curl_setopt($curl, CURLOPT_ENCODING, '');        // all that this libcurl can decode, and no more
""",
        go="""
request.Header.Del("Accept-Encoding")            // the transport asks for gzip by itself, and then decodes it
""",
        java="""
builder.setHeader("Accept-Encoding", "identity");
""",
        bash="""
curl --compressed ...                            # instead of -H 'Accept-Encoding: br'
""",
    ),
    Remedy(
        codes=("PROXY-IGNORED", "PROXY-CREDENTIALS-SENT-ON"),
        title="Hand the proxy to the HTTP library, and its credentials to the proxy alone",
        costs="Calls come from an address that the exchange does not know, or the proxy's password goes abroad.",
        python="""
session.proxies = {"http": proxy_url, "https": proxy_url}   # with user and password in the URL
session.trust_env = False
""",
        javascript="""
const dispatcher = new ProxyAgent({ uri: proxyUrl, token: `Basic ${btoa(userInfo)}` });
""",
        php="""
curl_setopt_array($curl, [CURLOPT_PROXY => $proxyUrl, CURLOPT_PROXYUSERPWD => $userInfo]);
""",
        go="""
transport.Proxy = http.ProxyURL(proxy)           // user and password stand in the URL
""",
        java="""
HttpClient.newBuilder().proxy(ProxySelector.of(address)).authenticator(forTheProxyAlone);
""",
        bash="""
curl --proxy "$proxy_url" ...                    # and no -u, which is for the exchange
""",
    ),
    Remedy(
        codes=("CONNECTIONS-LEFT-OPEN", "PROGRAM-LINGERS", "RESOURCES-PILE-UP"),
        title="Close what a session opened when it is closed, and what a call opened when it fails",
        costs="A bot runs out of sockets after a day, and has to be killed to end.",
        python="""
def close(self):
    self._pool.close()                           # and threads of your own are daemons, or are joined here
""",
        javascript="""
close() { this.agent.destroy(); clearInterval(this.timer); }
""",
        php="""
public function close(): void { curl_close($this->curl); $this->curl = null; }
""",
        go="""
defer response.Body.Close()
_, _ = io.Copy(io.Discard, response.Body)        // read to its end, or the connection is not used again
""",
        java="""
@Override public void close() { client.shutdownNow(); executor.shutdownNow(); }
""",
        bash="""
trap 'kill $(jobs -p) 2> /dev/null' EXIT
""",
    ),
    Remedy(
        codes=("LARGE-ANSWER-NOT-READ", "ANSWER-WITHOUT-LIMIT"),
        title="Read to the announced end, and count: no fixed buffer, and no answer without measure",
        costs="On the day with the most orders none can be cancelled; or one answer takes the machine's memory.",
        python="""
pieces, size = [], 0
while piece := response.read(65536):
    size += len(piece)
    if size > 64 * 1024 * 1024:
        raise BadResponse("larger than any answer of the exchange")
    pieces.append(piece)
""",
        javascript="""
let size = 0;
for await (const piece of body) if ((size += piece.length) > LIMIT) throw new BadResponse('too large');
""",
        php="""
curl_setopt($curl, CURLOPT_WRITEFUNCTION, function ($curl, $piece) use (&$body) {
    $body .= $piece;
    return strlen($body) > LIMIT ? 0 : strlen($piece);
});
""",
        go="""
body, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
if int64(len(body)) > limit { return nil, ErrTooLarge }
""",
        java="""
byte[] body = stream.readNBytes(LIMIT + 1);
if (body.length > LIMIT) throw new BadResponse("too large");
""",
        bash="""
curl --max-filesize 64M --max-time 10 ...
""",
    ),
    Remedy(
        codes=("SECRET-ON-DISK", "SECRET-ON-COMMAND-LINE"),
        title="Hand the secret from memory to memory: by a pipe, not by a file or an argument",
        costs="Whoever reads the folder, the backup or the list of processes can trade in the user's name.",
        python="""
digest = hmac.new(secret.encode(), message, hashlib.sha512)   # in this process; no file, no other program
""",
        javascript="""
const digest = createHmac('sha512', secret).update(message);  // and never execSync(`openssl ... ${secret}`)
""",
        php="""
$digest = hash_hmac('sha512', $message, $secret);
""",
        go="""
digest := hmac.New(sha512.New, []byte(secret))
""",
        java="""
mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA512"));
""",
        bash="""
# openssl takes a key as an argument only: let another program read it from a pipe
printf '%s\\n%s' "$secret" "$message" | php -r '[$k, $m] = explode("\\n", stream_get_contents(STDIN), 2);
    echo hash_hmac("sha512", $m, $k);'
""",
    ),
    Remedy(
        codes=("CREDENTIALS-IN-URL", "THIRD-PARTY-CONTACTED"),
        title="Send credentials where they are documented, and anything at all to the exchange alone",
        costs="Keys stand in the logs of every proxy, and somebody else learns who trades where.",
        python="""
headers = {"Key": key, "Sign": signature}        # not params=..., and no telemetry unless it is asked for
""",
        javascript="""
const headers = { Key: key, Sign: signature };
""",
        php="""
$headers = ["Key: $key", "Sign: $signature"];
""",
        go="""
request.Header.Set("Key", key)
""",
        java="""
builder.header("Key", key).header("Sign", signature);
""",
        bash="""
curl -H "Key: $key" -H "Sign: $signature" "$url"
""",
    ),
)
