//go:build !windows

// Package noncense speaks the client-under-test contract of noncense, version 1, for Go 1.18 and newer: one file of the
// standard library alone, to be copied into a folder of its own beside your adapter.
//
//	noncense.Serve(noncense.Adapter{
//		Name: "my-sdk", Version: "1.4.0", Dialects: []string{"exmo"},
//		Operations: []string{"balances"}, Features: []string{"concurrent"},
//		Open: func(target noncense.Target) (noncense.Session, error) {
//			return &session{sdk.New(target.BaseURL, target.Key, target.Secret)}, nil
//		},
//	})
//
// A session returns the contract's `ok` value, or a *ClientError for what the client reported, or a *Skipped. Any other
// error, and a panic, says that the adapter is broken.
package noncense

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
	"syscall"
	"time"
)

const (
	protocol  = 1
	lineLimit = 8 << 20 // bytes, without the end of the line
	closing   = 1500 * time.Millisecond

	parseError     = -32700
	methodNotFound = -32601
	invalidParams  = -32602
	adapterBroke   = -32000
)

// Adapter is what the contract's `describe` tells, and how a session is opened.
type Adapter struct {
	Name, Version                  string
	Dialects, Operations, Features []string
	Language                       string // "go" where it is empty
	Homepage, Issues, HTTPStack    string // shown in reports, where there are any
	Open                           func(Target) (Session, error)
}

// Target holds the fields of the contract's `open`. What is null there is empty here.
type Target struct {
	Session  string         `json:"session"`
	Dialect  string         `json:"dialect"`
	BaseURL  string         `json:"base_url"`
	Key      string         `json:"key"`
	Secret   string         `json:"secret"`
	CAFile   string         `json:"ca_file"`
	ProxyURL string         `json:"proxy_url"`
	TimeoutS float64        `json:"timeout_s"`
	StateDir string         `json:"state_dir"`
	Options  map[string]any `json:"options"`
}

// Timeout is the limit of a whole call.
func (t Target) Timeout() time.Duration { return time.Duration(t.TimeoutS * float64(time.Second)) }

// String shows a target without its secret.
func (t Target) String() string {
	return fmt.Sprintf("Target{session: %q, dialect: %q, base_url: %q, key: %q}", t.Session, t.Dialect, t.BaseURL, t.Key)
}

// GoString does the same for %#v.
func (t Target) GoString() string { return t.String() }

// Session is one client object with one API key. It is called from several goroutines at once where the adapter
// promises `concurrent`. A session with a method Texts() []string shows how its client prints (feature `texts`).
type Session interface {
	Call(operation string, params Params) (any, error)
	Close() error
}

// Params are a call's parameters: strings, booleans, json.Number, which keeps its spelling, and lists of these.
type Params map[string]any

// Text returns a parameter as text; a number as it was spelled, and nothing where there is none.
func (p Params) Text(name string) string {
	switch value := p[name].(type) {
	case nil:
		return ""
	case string:
		return value
	default:
		return fmt.Sprint(value)
	}
}

// ClientError is a failure that the client reported. Kind is one of the contract's; `unknown` is never wrong. Type,
// HTTPStatus and Details may be left out.
type ClientError struct {
	Kind, Message, Type string
	HTTPStatus          int
	Details             string
}

func (e *ClientError) Error() string { return e.Kind + ": " + e.Message }

// Skipped says that the client has no way to even try this call.
type Skipped struct{ Reason, URL string }

func (s *Skipped) Error() string { return s.Reason }

type refusal struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (r *refusal) Error() string { return r.Message }

type request struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

type server struct {
	adapter  Adapter
	answers  *os.File
	writing  sync.Mutex
	lock     sync.Mutex
	sessions map[string]Session
}

// Serve speaks on stdin and stdout until stdin ends, and then ends the program. `describe` is answered at once, even
// while every call hangs; other requests go one after the other, unless the adapter promises `concurrent`.
func Serve(adapter Adapter) {
	requests, answers := aside()
	s := &server{adapter: adapter, answers: answers, sessions: map[string]Session{}}
	concurrent := contains(adapter.Features, "concurrent")
	queue := make(chan request, 1024)
	var underWay sync.WaitGroup
	go func() {
		for next := range queue {
			s.respond(next)
			underWay.Done()
		}
	}()
	lines := bufio.NewReaderSize(requests, 1<<16)
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var next request
			if json.Unmarshal(line, &next) != nil {
				s.answer(nil, nil, &refusal{parseError, "a line that is not JSON"})
			} else if next.Method == "describe" {
				s.respond(next)
			} else if underWay.Add(1); concurrent {
				go func() { defer underWay.Done(); s.respond(next) }()
			} else {
				queue <- next
			}
		}
		if err != nil {
			break
		}
	}
	s.end(&underWay)
}

// aside moves descriptors 0 and 1 to other numbers: what prints lands on stderr, and no child of the client reads what
// is meant for us. A descriptor that is opened gets the lowest free number, so closing one and opening another at once
// replaces it, on every Unix.
func aside() (io.Reader, *os.File) {
	in, err := syscall.Dup(0)
	check(err)
	out, err := syscall.Dup(1)
	check(err)
	syscall.CloseOnExec(in)
	syscall.CloseOnExec(out)
	check(syscall.Close(0))
	_, err = syscall.Open(os.DevNull, syscall.O_RDONLY, 0)
	check(err)
	check(syscall.Close(1))
	_, err = syscall.Dup(2)
	check(err)
	return os.NewFile(uintptr(in), "requests"), os.NewFile(uintptr(out), "answers")
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "noncense adapter:", err)
		os.Exit(1)
	}
}

func (s *server) respond(next request) {
	result, err := s.result(next)
	s.answer(next.ID, result, err)
}

func (s *server) result(next request) (result any, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			fmt.Fprintf(os.Stderr, "panic: %v\n%s", panicked, debug.Stack())
			err = fmt.Errorf("panic: %v", panicked)
		}
	}()
	switch next.Method {
	case "describe":
		return s.describe(), nil
	case "open":
		return s.open(next.Params)
	case "call":
		return s.call(next.Params)
	case "close":
		return s.close(next.Params)
	}
	return nil, &refusal{methodNotFound, fmt.Sprintf("there is no method %q", next.Method)}
}

func (s *server) describe() any {
	a := s.adapter
	told := map[string]any{"protocol": protocol, "name": a.Name, "version": a.Version, "language": "go"}
	told["dialects"], told["operations"], told["features"] = list(a.Dialects), list(a.Operations), list(a.Features)
	optional := map[string]string{"language": a.Language, "homepage": a.Homepage, "issues": a.Issues, "http_stack": a.HTTPStack}
	for name, value := range optional {
		if value != "" {
			told[name] = value
		}
	}
	return told
}

func (s *server) open(params json.RawMessage) (any, error) {
	target := Target{TimeoutS: 5}
	if err := json.Unmarshal(params, &target); err != nil {
		return nil, &refusal{invalidParams, err.Error()}
	}
	if target.StateDir == "" {
		target.StateDir = os.Getenv("NONCENSE_STATE_DIR")
	}
	if s.session(target.Session) != nil {
		return nil, &refusal{invalidParams, fmt.Sprintf("session %q is open already", target.Session)}
	}
	session, err := s.adapter.Open(target)
	if err != nil {
		return nil, err
	}
	s.lock.Lock()
	s.sessions[target.Session] = session
	s.lock.Unlock()
	answer := map[string]any{}
	if shown, shows := session.(interface{ Texts() []string }); shows {
		answer["texts"] = shown.Texts()
	}
	return answer, nil
}

func (s *server) call(params json.RawMessage) (any, error) {
	var asked struct {
		Session   string `json:"session"`
		Operation string `json:"operation"`
		Params    Params `json:"params"`
	}
	reader := json.NewDecoder(bytes.NewReader(params))
	reader.UseNumber()
	if err := reader.Decode(&asked); err != nil {
		return nil, &refusal{invalidParams, err.Error()}
	}
	if !contains(s.adapter.Operations, asked.Operation) {
		return nil, &refusal{methodNotFound, fmt.Sprintf("this adapter has no operation %q", asked.Operation)}
	}
	session := s.session(asked.Session)
	if session == nil {
		return nil, &refusal{invalidParams, fmt.Sprintf("no session %q is open", asked.Session)}
	}
	if asked.Params == nil {
		asked.Params = Params{}
	}
	value, err := session.Call(asked.Operation, asked.Params)
	if err != nil {
		return nil, err
	}
	return map[string]any{"ok": value}, nil
}

func (s *server) close(params json.RawMessage) (any, error) {
	var asked struct {
		Session string `json:"session"`
	}
	if err := json.Unmarshal(params, &asked); err != nil {
		return nil, &refusal{invalidParams, err.Error()}
	}
	session := s.session(asked.Session)
	if session == nil {
		return nil, &refusal{invalidParams, fmt.Sprintf("no session %q is open", asked.Session)}
	}
	s.lock.Lock()
	delete(s.sessions, asked.Session)
	s.lock.Unlock()
	return map[string]any{}, session.Close()
}

func (s *server) session(name string) Session {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.sessions[name]
}

func (s *server) answer(id json.RawMessage, result any, err error) {
	line, failed := spelled(id, result, err)
	if failed != nil {
		line, _ = spelled(id, nil, failed)
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if _, err := s.answers.Write(line); err != nil {
		os.Exit(0) // nobody listens any more
	}
}

// spelled returns the line that answers a request: a result, or what an error says in the client's name, or that the
// adapter is broken.
func spelled(id json.RawMessage, result any, err error) ([]byte, error) {
	if id == nil {
		id = json.RawMessage("null")
	}
	reply := map[string]any{"jsonrpc": "2.0", "id": id}
	var reported *ClientError
	var skipped *Skipped
	var refused *refusal
	switch {
	case err == nil:
		reply["result"] = result
	case errors.As(err, &reported):
		told := map[string]any{"kind": reported.Kind, "message": reported.Message}
		if reported.Type != "" {
			told["type"] = reported.Type
		}
		if reported.HTTPStatus != 0 {
			told["http_status"] = reported.HTTPStatus
		}
		if reported.Details != "" {
			told["details"] = reported.Details
		}
		reply["result"] = map[string]any{"error": told}
	case errors.As(err, &skipped):
		told := map[string]any{"reason": skipped.Reason, "url": nil}
		if skipped.URL != "" {
			told["url"] = skipped.URL
		}
		reply["result"] = map[string]any{"skipped": told}
	case errors.As(err, &refused):
		reply["error"] = refused
	default:
		fmt.Fprintln(os.Stderr, "noncense adapter:", err)
		reply["error"] = &refusal{adapterBroke, err.Error()}
	}
	var line bytes.Buffer
	writer := json.NewEncoder(&line)
	writer.SetEscapeHTML(false)
	if err := writer.Encode(reply); err != nil {
		return nil, err
	}
	if line.Len() > lineLimit {
		return nil, fmt.Errorf("the answer takes %d bytes, and a line may take %d", line.Len(), lineLimit)
	}
	return line.Bytes(), nil
}

// end lets what is under way come to its end, closes what is open, and leaves behind whatever hangs.
func (s *server) end(underWay *sync.WaitGroup) {
	done := make(chan struct{})
	go func() {
		underWay.Wait()
		s.lock.Lock()
		defer s.lock.Unlock()
		for _, session := range s.sessions {
			if err := session.Close(); err != nil {
				fmt.Fprintln(os.Stderr, "noncense adapter:", err)
			}
		}
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(closing):
	}
	os.Exit(0)
}

func list(names []string) []string {
	if names == nil {
		return []string{}
	}
	return names
}

func contains(names []string, name string) bool {
	for _, one := range names {
		if one == name {
			return true
		}
	}
	return false
}
