// Lets noncense drive the EXMO client: names and shapes are translated here, and nothing else.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"sort"

	"exmo-go/exmo"

	"noncense"
)

type session struct{ client *exmo.Client }

func (s session) Call(operation string, params noncense.Params) (any, error) {
	value, err := s.called(operation, params)
	return value, reported(err)
}

func (s session) called(operation string, params noncense.Params) (any, error) {
	nothing := map[string]any{}
	market, currency, network := params.Text("market"), params.Text("currency"), params.Text("network")
	switch operation {
	case "balances":
		return s.client.Balances()
	case "place_order":
		id, err := s.client.PlaceOrder(
			market, params.Text("side"), params.Text("price"), params.Text("amount"), params.Text("client_order_id"))
		return map[string]any{"order_id": id}, err
	case "cancel_order":
		return nothing, s.client.CancelOrder(params.Text("order_id"))
	case "open_orders":
		orders, err := s.client.OpenOrders(market)
		rows := []any{}
		for _, o := range orders {
			rows = append(rows, map[string]any{
				"order_id": o.ID, "market": o.Market, "side": o.Side, "price": o.Price, "amount": o.Amount,
			})
		}
		return rows, err
	case "withdraw":
		_, err := s.client.Withdraw(currency, params.Text("amount"), params.Text("address"), network)
		return nothing, err
	case "deposit_address":
		address, err := s.client.DepositAddress(currency, network)
		return map[string]any{"address": address}, err
	case "ticker":
		last, bid, ask, err := s.client.Ticker(market)
		return map[string]any{"last": last, "bid": bid, "ask": ask}, err
	case "order_book":
		depth, _ := params["depth"].(json.Number).Int64()
		bids, asks, err := s.client.OrderBook(market, int(depth))
		return map[string]any{"bids": bids, "asks": asks}, err
	case "raw":
		given, _ := params["params"].(map[string]any)
		fields := []exmo.Field{}
		for name, value := range given {
			fields = append(fields, exmo.Field{Name: name, Value: value})
		}
		sort.Slice(fields, func(i, j int) bool { return fields[i].Name < fields[j].Name })
		return s.client.Private(params.Text("target"), fields)
	}
	return nil, fmt.Errorf("no operation %s", operation)
}

func (s session) Close() error { return nil }

func reported(err error) error {
	var own *exmo.Error
	if errors.As(err, &own) {
		return &noncense.ClientError{Kind: own.Kind, Message: own.Message, Type: "exmo.Error", HTTPStatus: own.Status}
	}
	return err
}

func main() {
	noncense.Serve(noncense.Adapter{
		Name: "exmo-go", Version: "1.0.0", Dialects: []string{"exmo"}, HTTPStack: "net/http " + runtime.Version(),
		Operations: []string{"balances", "place_order", "cancel_order", "open_orders", "withdraw", "deposit_address",
			"ticker", "order_book", "raw"},
		Features: []string{"concurrent", "persistent_nonce", "tls", "proxy"},
		Open: func(target noncense.Target) (noncense.Session, error) {
			client, err := exmo.New(exmo.Settings{
				Key: target.Key, Secret: target.Secret, BaseURL: target.BaseURL, Timeout: target.Timeout(),
				StateFolder: target.StateDir, CAFile: target.CAFile, ProxyURL: target.ProxyURL,
			})
			if err != nil {
				return nil, reported(err)
			}
			return session{client}, nil
		},
	})
}
