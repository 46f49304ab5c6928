// Does to the Go kit what SDKs do.
package main

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"noncense"
)

type session struct{}

func (session) Call(operation string, params noncense.Params) (any, error) {
	switch operation {
	case "echo":
		return params, nil
	case "print":
		fmt.Println("noise: fmt")
		_, err := syscall.Write(1, []byte("noise: descriptor\n"))
		return map[string]any{}, err
	case "child":
		child := exec.Command("sh", "-c", "echo noise: child; cat")
		child.Stdin, child.Stdout = os.Stdin, os.Stdout
		return map[string]any{}, child.Run()
	case "reported":
		return nil, fmt.Errorf("wrapped: %w", &noncense.ClientError{
			Kind: "nonce", Message: "Nonce must be greater than 7.", Type: "InvalidNonce", HTTPStatus: 422,
		})
	case "skipped":
		return nil, &noncense.Skipped{Reason: "it cannot send an empty list"}
	case "foreign":
		panic("something of its own")
	case "large":
		return strings.Repeat("x", 9*1024*1024), nil
	case "odd":
		return []any{"\xff", fmt.Sprint(math.NaN()), "é\"\\\n\u2028"}, nil
	case "leave":
		os.Exit(7)
	}
	select {}
}

func (session) Close() error {
	fmt.Println("closed")
	return nil
}

func main() {
	noncense.Serve(noncense.Adapter{
		Name: "evil", Version: "1", Dialects: []string{"reference"}, Features: []string{"concurrent"},
		Operations: strings.Fields("echo print child reported skipped foreign large odd leave hang"),
		Open: func(target noncense.Target) (noncense.Session, error) {
			if target.Key == "refuse" {
				return nil, &noncense.ClientError{Kind: "authentication", Message: "a key has 32 characters"}
			}
			return session{}, nil
		},
	})
}
