// A client of Poloniex that knows nothing but https://poloniex.com: client KEY SECRET WAY.
package main

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

func main() {
	key, secret, way := os.Args[1], os.Args[2], os.Args[3]
	body := fmt.Sprintf("command=returnBalances&nonce=%d", time.Now().UnixMicro())
	mac := hmac.New(sha512.New, []byte(secret))
	mac.Write([]byte(body))
	request, err := http.NewRequest("POST", "https://poloniex.com/tradingApi", strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	request.Header.Set("Key", key)
	request.Header.Set("Sign", hex.EncodeToString(mac.Sum(nil)))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	client := &http.Client{}
	if way == "alone" { // takes no proxy
		client.Transport = &http.Transport{}
	}
	answer, err := client.Do(request)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer answer.Body.Close()
	var balances map[string]string
	if err := json.NewDecoder(answer.Body).Decode(&balances); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%q\n", balances["BTC"])
}
