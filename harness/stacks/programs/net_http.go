// Go's net/http, as the laboratory of HTTP stacks calls it; the protocol stands in README.md.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

func tell(told map[string]any) {
	line, _ := json.Marshal(told)
	fmt.Println(string(line))
}

func main() {
	mode := os.Args[1]
	tell(map[string]any{"stack": strings.TrimPrefix(runtime.Version(), "go"), "runtime": runtime.Version()})
	client := &http.Client{}
	if mode == "cured" {
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		client.Timeout = 3 * time.Second
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.DisableKeepAlives = true
		client.Transport = transport
	}
	for _, call := range os.Args[2:] {
		if told, err := asked(client, strings.Split(call, " ")); err != nil {
			tell(map[string]any{"error": err.Error()})
		} else {
			tell(told)
		}
	}
}

func asked(client *http.Client, words []string) (map[string]any, error) {
	size, err := strconv.Atoi(words[1])
	if err != nil {
		return nil, err
	}
	var body io.Reader
	if words[0] == "POST" {
		text := "nonce=1&c=buy"
		if size > len(text) {
			text += strings.Repeat("x", size-len(text))
		}
		body = strings.NewReader(text)
	}
	request, err := http.NewRequest(words[0], words[2], body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Key", "key-of-the-laboratory")
	request.Header.Set("Sign", "sign-of-the-laboratory")
	request.Header.Set("Authorization", "Bearer laboratory")
	if body != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	headers := map[string][]string{}
	for name, values := range answer.Header {
		headers[strings.ToLower(name)] = values
	}
	return map[string]any{"status": answer.StatusCode, "bytes": len(content), "headers": headers}, nil
}
