// Package exmo is a client of EXMO's REST API, version 1.1.
package exmo

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	marketForm = regexp.MustCompile(`^[^/]+/[^/]+$`)
	plainForm  = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)
	unprinted  = regexp.MustCompile(`[^\x21-\x7e]`)
)

// Settings of a client. Without a key and a secret it makes public calls only.
type Settings struct {
	Key, Secret string
	BaseURL     string        // scheme, host and port
	Timeout     time.Duration // of a whole call
	StateFolder string        // where the last nonce is kept; give one in production
	CAFile      string        // certificates to trust in place of the usual ones
	ProxyURL    string
}

// Client may be used by several goroutines. Nothing is sent twice: after an open outcome, look before you retry.
type Client struct {
	settings Settings
	http     *http.Client
	turns    *turns
}

// New returns a client.
func New(settings Settings) (*Client, error) {
	sender, err := newHTTP(settings.CAFile, settings.ProxyURL)
	if err != nil {
		return nil, err
	}
	return &Client{settings, sender, turnsOf(settings.StateFolder, settings.Key)}, nil
}

// String shows a client without its secret, whatever the verb.
func (c *Client) String() string {
	return fmt.Sprintf("exmo.Client{%s, key %q}", c.settings.BaseURL, c.settings.Key)
}

// GoString is String for %#v.
func (c *Client) GoString() string { return c.String() }

// Order is an open order; Amount is what is left of it.
type Order struct {
	ID, Market, Side, Price, Amount string
}

// Level is a price and an amount.
type Level [2]string

// Balances returns what can be spent now, by currency.
func (c *Client) Balances() (map[string]string, error) {
	answer, err := c.Private("user_info", nil)
	if err != nil {
		return nil, err
	}
	whole := &reading{object: answer}
	rows, err := members(whole.member("balances"))
	balances := map[string]string{}
	for currency, amount := range rows {
		balances[currency] = whole.plain(amount)
	}
	return balances, first(err, whole.err)
}

// PlaceOrder places a limit order and returns its id. Amounts are decimals as text; clientOrderID may be empty.
func (c *Client) PlaceOrder(market, side, price, amount, clientOrderID string) (string, error) {
	pair, err := pairOf(market)
	if side != "buy" && side != "sell" {
		err = first(err, failed("invalid_request", "a side is buy or sell"))
	}
	fields := []Field{{"pair", pair}, {"quantity", amount}, {"price", price}, {"type", side}}
	if clientOrderID != "" {
		fields = append(fields, Field{"client_id", clientOrderID})
	}
	if err = first(err, plain(price, amount)); err != nil {
		return "", err
	}
	answer, err := c.Private("order_create", fields)
	if err != nil {
		return "", err
	}
	placed := &reading{object: answer}
	return placed.id("order_id"), placed.err
}

// CancelOrder cancels an order.
func (c *Client) CancelOrder(id string) error {
	_, err := c.Private("order_cancel", []Field{{"order_id", id}})
	return err
}

// OpenOrders returns the open orders of a market that have a price: EXMO lists stop orders between them.
func (c *Client) OpenOrders(market string) ([]Order, error) {
	pair, err := pairOf(market)
	if err != nil {
		return nil, err
	}
	answer, err := c.Private("user_open_orders", []Field{{"pair", pair}})
	if err != nil {
		return nil, err
	}
	pairs, err := members(answer)
	if err != nil {
		return nil, err
	}
	rows, err := items(pairs[pair])
	orders := []Order{}
	for _, row := range rows {
		order := &reading{object: row}
		if fields, isObject := row.(map[string]any); isObject && fields["price"] == nil {
			continue
		}
		orders = append(orders, Order{
			order.id("order_id"), market, order.text("type"), order.decimal("price"), order.decimal("quantity"),
		})
		err = first(err, order.err)
	}
	return orders, err
}

// Withdraw sends coins away and returns the task's id. Network may be empty.
func (c *Client) Withdraw(currency, amount, address, network string) (string, error) {
	fields := []Field{{"amount", amount}, {"currency", currency}, {"address", address}}
	if network != "" {
		fields = append(fields, Field{"transport", network})
	}
	if err := plain(amount); err != nil {
		return "", err
	}
	answer, err := c.Private("withdraw_crypt", fields)
	if err != nil {
		return "", err
	}
	task := &reading{object: answer}
	return task.id("task_id"), task.err
}

// DepositAddress returns where coins can be sent to: EXMO knows networks by names such as USDTTRC20, and puts a tag
// behind a comma.
func (c *Client) DepositAddress(currency, network string) (string, error) {
	answer, err := c.Private("deposit_address", nil)
	if err != nil {
		return "", err
	}
	addresses, err := members(answer)
	if err != nil {
		return "", err
	}
	if addresses[currency+network] == nil {
		return "", failed("not_found", "the account has no address for %s%s", currency, network)
	}
	found := &reading{object: addresses}
	address, _, _ := strings.Cut(found.text(currency+network), ",")
	return address, found.err
}

// Ticker returns the last price, the best bid and the best ask.
func (c *Client) Ticker(market string) (last, bid, ask string, err error) {
	row, err := c.ofMarket("ticker", market, "")
	if err != nil {
		return "", "", "", err
	}
	return row.decimal("last_trade"), row.decimal("buy_price"), row.decimal("sell_price"), row.err
}

// OrderBook returns the best levels of either side.
func (c *Client) OrderBook(market string, depth int) (bids, asks []Level, err error) {
	limit := depth
	if limit > 1000 {
		limit = 1000
	}
	row, err := c.ofMarket("order_book", market, "&limit="+strconv.Itoa(limit))
	if err != nil {
		return nil, nil, err
	}
	side := func(name string) []Level {
		levels := []Level{}
		rows, wrong := items(row.member(name))
		row.err = first(row.err, wrong)
		for _, level := range rows {
			pair, _ := level.([]any)
			if len(pair) < 2 {
				row.err = first(row.err, failed("bad_response", "a level has a price and an amount"))
				continue
			}
			levels = append(levels, Level{row.plain(pair[0]), row.plain(pair[1])})
		}
		if len(levels) > depth {
			levels = levels[:depth]
		}
		return levels
	}
	return side("bid"), side("ask"), row.err
}

// Field is a parameter: text, a json.Number, a bool, or a list of these, which is its name repeated.
type Field struct {
	Name  string
	Value any
}

// Private makes any private call. The very text that is signed is the text that is sent.
func (c *Client) Private(method string, fields []Field) (answer any, err error) {
	deadline := time.Now().Add(c.settings.Timeout)
	if c.settings.Key == "" || c.settings.Secret == "" {
		return nil, failed("authentication", "a private call needs an API key and a secret")
	}
	if unprinted.MatchString(c.settings.Key) {
		return nil, failed("authentication", "the API key holds characters that no header can carry")
	}
	form := spell(fields)
	err = c.turns.spend(deadline, func(nonce int64) error {
		body := form + "nonce=" + strconv.FormatInt(nonce, 10)
		digest := hmac.New(sha512.New, []byte(c.settings.Secret))
		digest.Write([]byte(body))
		request, err := http.NewRequest(http.MethodPost, c.settings.BaseURL+path(method), strings.NewReader(body))
		if err != nil {
			return failed("invalid_request", "the address of the exchange is none")
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Key", c.settings.Key)
		request.Header.Set("Sign", hex.EncodeToString(digest.Sum(nil)))
		answer, err = c.answered(request, deadline)
		return err
	})
	return answer, err
}

func (c *Client) answered(request *http.Request, deadline time.Time) (any, error) {
	status, body, err := send(c.http, request, deadline)
	if err != nil {
		return nil, err
	}
	return read(status, body)
}

// ofMarket makes a public call and returns its row of a market: an unknown one is missing without a word.
func (c *Client) ofMarket(method, market, more string) (*reading, error) {
	pair, err := pairOf(market)
	if err != nil {
		return nil, err
	}
	target := path(method)
	if more != "" {
		target += "?pair=" + escape(pair) + more
	}
	request, err := http.NewRequest(http.MethodGet, c.settings.BaseURL+target, nil)
	if err != nil {
		return nil, failed("invalid_request", "the address of the exchange is none")
	}
	answer, err := c.answered(request, time.Now().Add(c.settings.Timeout))
	if err != nil {
		return nil, err
	}
	rows, err := members(answer)
	if err != nil {
		return nil, err
	}
	if _, isObject := rows[pair].(map[string]any); !isObject {
		return nil, failed("not_found", "the exchange lists no market %s", market)
	}
	return &reading{object: rows[pair]}, nil
}

func path(method string) string {
	parts := strings.Split(method, "/")
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return "/v1.1/" + strings.Join(parts, "/")
}

// spell writes a form, each field with a & behind it.
func spell(fields []Field) string {
	var form strings.Builder
	for _, field := range fields {
		values, isList := field.Value.([]any)
		if !isList {
			values = []any{field.Value}
		}
		for _, value := range values {
			text, isText := value.(string)
			if !isText {
				spelled, _ := json.Marshal(value)
				text = string(spelled)
			}
			form.WriteString(escape(field.Name) + "=" + escape(text) + "&")
		}
	}
	return form.String()
}

// escape is RFC 3986: a blank is %20, never a plus.
func escape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

func pairOf(market string) (string, error) {
	if !marketForm.MatchString(market) {
		return "", failed("invalid_request", "a market is written BASE/QUOTE")
	}
	return strings.Replace(market, "/", "_", 1), nil
}

func plain(amounts ...string) error {
	for _, amount := range amounts {
		if !plainForm.MatchString(amount) {
			return failed("invalid_request", "an amount or a price is a plain decimal text, such as 0.0125")
		}
	}
	return nil
}

func first(one, other error) error {
	if one != nil {
		return one
	}
	return other
}
