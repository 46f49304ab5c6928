"""Remedies for TLS: whom to trust, and when."""

from __future__ import annotations

from harness.remedies.remedy import Remedy

TRUST: tuple[Remedy, ...] = (
    Remedy(
        codes=(
            "AUTHORITY-NOT-CHECKED",
            "HOST-NAME-NOT-CHECKED",
            "VALIDITY-NOT-CHECKED",
            "SENT-BEFORE-VERIFYING",
            "CA-FILE-IGNORED",
            "OLD-TLS-SPOKEN",
        ),
        title="Leave the TLS library's checks on, and hand it the authorities that are to be trusted besides",
        costs="Whoever sits between the client and the exchange reads the orders and sends others in their place.",
        python="""
context = ssl.create_default_context()        # verifies authority, name and dates in the handshake
context.minimum_version = ssl.TLSVersion.TLSv1_2
if ca_file:
    context.load_verify_locations(ca_file)    # instead of verify=False
""",
        javascript="""
const agent = new https.Agent({ ca: caFile && [...tls.rootCertificates, readFileSync(caFile)], minVersion: 'TLSv1.2' });
// never rejectUnauthorized: false, never a check after the request was written
""",
        php="""
curl_setopt_array($curl, [CURLOPT_SSL_VERIFYPEER => true, CURLOPT_SSL_VERIFYHOST => 2,
    CURLOPT_SSLVERSION => CURL_SSLVERSION_TLSv1_2] + ($caFile ? [CURLOPT_CAINFO => $caFile] : []));
""",
        go="""
pool, _ := x509.SystemCertPool()
pool.AppendCertsFromPEM(caFile)
transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12} // no InsecureSkipVerify
""",
        java="""
TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
trust.init(keyStoreWith(caFile));             // instead of a trust manager that trusts everybody
context.init(null, trust.getTrustManagers(), null);
""",
        bash="""
curl --tlsv1.2 ${ca_file:+--cacert "$ca_file"} ...   # never -k
""",
    ),
    Remedy(
        codes=("TLS-DROPPED",),
        title="Report a handshake that failed; never come back without TLS",
        costs="Breaking the handshake is all it takes to read and change a signed order.",
        python="""
except ssl.SSLError as error:
    raise TlsError(str(error)) from None      # and not: url.replace("https:", "http:")
""",
        javascript="""
if (isTlsError(error)) throw new TlsError(error.message);
""",
        php="""
if ($code === CURLE_SSL_CONNECT_ERROR || $code === CURLE_PEER_FAILED_VERIFICATION) throw new TlsError($message);
""",
        go="""
if err != nil { return nil, fmt.Errorf("tls: %w", err) } // the scheme of the base URL stays what it is
""",
        java="""
catch (SSLException failed) { throw new TlsFailure(failed.getMessage()); }
""",
        bash="""
curl --proto =https ... || exit 1
""",
    ),
    Remedy(
        codes=("TRUNCATION-NOT-NOTICED",),
        title="Take an answer without a length for whole only when TLS has said that it ends",
        costs="Half a list of open orders is taken for the whole of it.",
        python="""
context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)  # some Pythons set it
sock = context.wrap_socket(sock, server_hostname=host, suppress_ragged_eofs=False)  # ends in an SSLError
""",
        javascript="""
// Node ends such an answer with ECONNRESET or 'aborted': let neither pass for 'end'
response.on('aborted', () => reject(new BadResponse('cut off')));
""",
        php="""
// libcurl with OpenSSL 3 reports it: do not set CURLSSLOPT_NO_REVOKE-like leniency, look at curl_errno()
if (curl_errno($curl) !== 0) throw new BadResponse(curl_error($curl));
""",
        go="""
body, err := io.ReadAll(response.Body)        // io.ErrUnexpectedEOF: report it
if err != nil { return nil, err }
""",
        java="""
catch (EOFException | SSLException cut) { throw new BadResponse("the answer was cut off"); }
""",
        bash="""
curl --fail ... || exit 1                     # exit status 18 or 56: cut off
""",
    ),
)
