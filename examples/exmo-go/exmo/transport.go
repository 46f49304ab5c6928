package exmo

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

const (
	userAgent     = "exmo-go-example/1.0.0"
	largestAnswer = 64 << 20
)

// newHTTP returns a client that sends once, to one place. net/http sends a GET again when the connection that it kept
// turns out to be closed, and the exchange may have read the first copy: so no connection is ever used twice. A redirect
// would take Key and Sign to whoever is named in it, and a proxy from the environment would see them.
func newHTTP(caFile, proxyURL string) (*http.Client, error) {
	transport := &http.Transport{
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: 1 << 20,
		TLSNextProto:           map[string]func(string, *tls.Conn) http.RoundTripper{},
	}
	if caFile != "" {
		pem, err := os.ReadFile(caFile)
		if err != nil {
			return nil, failed("tls", "the file of certificates cannot be read")
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(pem)
		transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	if proxyURL != "" {
		proxy, err := url.Parse(proxyURL)
		if err != nil {
			return nil, failed("invalid_request", "the proxy's address is none")
		}
		transport.Proxy = http.ProxyURL(proxy)
	}
	refuse := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &http.Client{Transport: transport, CheckRedirect: refuse}, nil
}

// send sends a request and returns status and body: within the time that is left, to the last byte.
func send(client *http.Client, request *http.Request, deadline time.Time) (int, []byte, error) {
	ctx, cancel := context.WithDeadline(request.Context(), deadline)
	defer cancel()
	request.Header.Set("User-Agent", userAgent)
	answer, err := client.Do(request.WithContext(ctx))
	if err != nil {
		return 0, nil, noAnswer(err)
	}
	defer answer.Body.Close()
	// Without a length an answer ends with its connection, and Go does not tell whether TLS had said so (RFC 9112,
	// section 9.8).
	if answer.TLS != nil && answer.ContentLength < 0 && len(answer.TransferEncoding) == 0 {
		return 0, nil, failed("bad_response", "the answer has no length, so nobody could see that it was cut off")
	}
	if answer.Header.Get("Content-Encoding") != "" && !strings.EqualFold(answer.Header.Get("Content-Encoding"), "identity") {
		return 0, nil, failed("bad_response", "the answer is coded, and nobody asked for that")
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, largestAnswer+1))
	if err != nil {
		return 0, nil, noAnswer(err)
	}
	if len(body) > largestAnswer {
		return 0, nil, failed("bad_response", "the answer is larger than any that we know of")
	}
	return answer.StatusCode, body, nil
}

// noAnswer says why there is none. What Go says of an error may quote the target, so only its kind is told.
func noAnswer(err error) error {
	var timeout net.Error
	var network *net.OpError
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var certificate x509.CertificateInvalidError
	var record tls.RecordHeaderError
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return failed("timeout", "the exchange did not answer in time")
	case errors.As(err, &authority), errors.As(err, &name), errors.As(err, &certificate), errors.As(err, &record),
		strings.Contains(err.Error(), "tls: "), strings.Contains(err.Error(), "x509: "):
		return failed("tls", "there is no trusted connection")
	case errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return failed("network", "no answer, or half of one")
	}
	return failed("bad_response", "the answer is no HTTP")
}
