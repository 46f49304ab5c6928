package exmo

import (
	"bytes"
	"encoding/json"
	"io"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	told    = regexp.MustCompile(`^(?:Error )?(\d{5,6})\b`)
	decimal = regexp.MustCompile(`^-?\d+(\.\d+)?([eE][+-]?\d{1,3})?$`)
)

// read parses an answer, or says what it says went wrong: EXMO answers refusals with status 200, in three shapes.
// Numbers keep their spelling as json.Number, for a float64 would lose digits.
func read(status int, body []byte) (any, error) {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	reader := json.NewDecoder(bytes.NewReader(body))
	reader.UseNumber()
	var answer any
	if !utf8.Valid(body) || reader.Decode(&answer) != nil {
		return nil, unreadable(status, "the answer is not JSON")
	}
	if _, err := reader.Token(); err != io.EOF {
		return nil, unreadable(status, "the answer goes on after its JSON")
	}
	fields, _ := answer.(map[string]any)
	if fields["s"] == "error" {
		words, _ := fields["errmsg"].(string)
		return nil, refused(status, words, 0)
	}
	said := fields["error"]
	if fields["result"] == false || said != nil && said != "" && said != false || status < 200 || status > 299 {
		words, code := errorIn(said)
		return nil, refused(status, words, code)
	}
	return answer, nil
}

// errorIn returns what an error says, and its code.
func errorIn(said any) (string, int) {
	switch said := said.(type) {
	case map[string]any:
		number, _ := said["code"].(json.Number)
		code, _ := strconv.Atoi(number.String())
		words, _ := said["msg"].(string)
		return strings.TrimSpace(number.String() + " " + words), code
	case string:
		if found := told.FindStringSubmatch(said); found != nil {
			code, _ := strconv.Atoi(found[1])
			return said, code
		}
		return said, 0
	}
	return "", 0
}

// members returns an object's members. PHP writes an empty object as [], and so does EXMO.
func members(value any) (map[string]any, error) {
	switch value := value.(type) {
	case map[string]any:
		return value, nil
	case nil:
		return nil, nil
	case []any:
		if len(value) == 0 {
			return nil, nil
		}
	}
	return nil, failed("bad_response", "the answer holds no object where one is documented")
}

// items returns a list's items, with the same tolerance the other way round.
func items(value any) ([]any, error) {
	switch value := value.(type) {
	case []any:
		return value, nil
	case nil:
		return nil, nil
	case map[string]any:
		if len(value) == 0 {
			return nil, nil
		}
	}
	return nil, failed("bad_response", "the answer holds no list where one is documented")
}

// reading reads members of an object one after the other, and remembers the first that is not there or of another kind.
type reading struct {
	object any
	err    error
}

func (r *reading) member(name string) any {
	fields, _ := r.object.(map[string]any)
	value := fields[name]
	if value == nil && r.err == nil {
		r.err = failed("bad_response", "the answer lacks %s", name)
	}
	return value
}

func (r *reading) text(name string) string {
	text, isText := r.member(name).(string)
	if !isText && r.err == nil {
		r.err = failed("bad_response", "%s is no text", name)
	}
	return text
}

// id reads an id: the same one may be a number in one answer and text in the next.
func (r *reading) id(name string) string {
	switch value := r.member(name).(type) {
	case json.Number:
		if !strings.ContainsAny(value.String(), ".eE") {
			return value.String()
		}
	case string:
		if value != "" {
			return value
		}
	}
	if r.err == nil {
		r.err = failed("bad_response", "%s is no id", name)
	}
	return ""
}

func (r *reading) decimal(name string) string { return r.plain(r.member(name)) }

// plain spells a decimal without an exponent, and with the digits that it came with.
func (r *reading) plain(value any) string {
	var text string
	switch value := value.(type) {
	case string:
		text = value
	case json.Number:
		text = value.String()
	}
	parts := decimal.FindStringSubmatch(text)
	if parts == nil {
		if r.err == nil {
			r.err = failed("bad_response", "the answer holds no decimal where one is documented")
		}
		return ""
	}
	if parts[2] == "" {
		return text
	}
	exact, _ := new(big.Rat).SetString(text)
	return strings.TrimSuffix(strings.TrimRight(exact.FloatString(1000), "0"), ".")
}
