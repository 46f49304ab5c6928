// What stands around a mend where it is used: a client's own variables and methods, and as much of foreign libraries.
package mend

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	neturl "net/url"
	"os"
	"sync"
	"time"
)

const Version = "1.0.0"

var (
	secret, key, path, nonce, timestamp, bodyHash, method, target, now string
	market, clientOrderID, clientID, id, value, base, pair, amount     string
	caFile, raw, digest                                                []byte
	names                                                              []string
	parameters                                                         map[string]string
	values, params                                                     neturl.Values
	request, req                                                       *http.Request
	response                                                           *http.Response
	transport                                                          *http.Transport
	proxy                                                              *neturl.URL
	ctx                                                                context.Context
	file                                                               *os.File
	order                                                              any
	rows                                                               []int
	orders                                                             []Order
	answer                                                             struct{ Error string }
	windowMs                                                           int64
	status                                                             int
	flag                                                               bool
	err                                                                error
	limiter                                                            waiter
	decimal                                                            decimals
	s                                                                  *state
	ErrOutcomeUnknown, ErrInvalidRequest, ErrTooLarge                  error
	_                                                                  io.Reader
	_                                                                  json.Number
	_                                                                  = errors.New
	_                                                                  time.Duration
)

type Order struct{}
type Ticker struct{}
type Client struct{ mu sync.Mutex }
type Nonces struct {
	mu   sync.Mutex
	last int64
}

type state struct {
	mu      sync.Mutex
	once    sync.Once
	nonces  source
	BaseURL string
}

type source struct{}
type waiter struct{}
type decimals struct{}
type exact struct{}

func (source) Next() int64                                 { return 1 }
func (waiter) Wait(context.Context) error                  { return nil }
func (decimals) RequireFromString(string) exact            { return exact{} }
func (decimals) NewFromString(string) (exact, error)       { return exact{}, nil }
func (exact) String() string                               { return "" }
func (*state) send(any) error                              { return nil }
func (*state) signed(neturl.Values) neturl.Values          { return nil }
func (*state) LookUp(string) error                         { return nil }
func (*state) loadMarkets()                                {}
func (*Client) get(string) (Ticker, error)                 { return Ticker{}, nil }
func get[T any](*Client, string) (found T, err error)      { return }
func signed(string, string) string                         { return "" }
func errorOf(int, []byte) error                            { return nil }
func kindOf(string) error                                  { return nil }
func orderOf(int) Order                                    { return Order{} }
func transient(int) bool                                   { return false }
func wait(*http.Response, int) time.Duration               { return 0 }
func lastIn(*os.File) int64                                { return 0 }

// As the language has them since 1.21.
func max(a, b int64) int64 {
	if a > b {
		return a
	}
	return b
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}
