package exmo

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// turns hands out the nonces of one key: microseconds of the clock, and never lower than the last one plus one.
//
// Whoever has drawn one keeps its turn until the answer is there, because EXMO refuses the smaller of two nonces that
// arrive in the wrong order. In a folder the last one survives a restart and a clock that went back, and the lock of its
// file makes several processes take turns.
type turns struct {
	folder, key string
	turn        chan struct{}
	last        int64
}

var (
	allTurns = map[string]*turns{}
	allLock  sync.Mutex
)

// turnsOf returns the turns of a key: the same for all clients of this process that share it.
func turnsOf(folder, key string) *turns {
	allLock.Lock()
	defer allLock.Unlock()
	name := folder + "\x00" + key
	if allTurns[name] == nil {
		allTurns[name] = &turns{folder: folder, key: key, turn: make(chan struct{}, 1)}
	}
	return allTurns[name]
}

// spend hands the next nonce to a function that sends it.
func (t *turns) spend(deadline time.Time, send func(nonce int64) error) error {
	patience := time.NewTimer(time.Until(deadline))
	defer patience.Stop()
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-patience.C:
		return failed("timeout", "other calls with this key took all the time there was")
	}
	if t.folder == "" {
		t.last = next(t.last)
		return send(t.last)
	}
	file, err := t.locked(deadline)
	if err != nil {
		return err
	}
	defer file.Close()
	kept, err := io.ReadAll(file)
	if err != nil {
		return failed("unknown", "the last nonce cannot be read")
	}
	last, _ := strconv.ParseInt(strings.TrimSpace(string(kept)), 10, 64)
	nonce := next(last)
	// As wide as the widest nonce, so that one write replaces the last: no kill leaves half a file behind.
	if _, err := file.WriteAt([]byte(fmt.Sprintf("%019d\n", nonce)), 0); err != nil {
		return failed("unknown", "the nonce cannot be kept")
	}
	return send(nonce)
}

func next(last int64) int64 {
	now := time.Now().UnixMicro()
	if now > last {
		return now
	}
	return last + 1
}

func (t *turns) locked(deadline time.Time) (*os.File, error) {
	name := sha256.Sum256([]byte(t.key))
	path := filepath.Join(t.folder, "exmo-"+hex.EncodeToString(name[:16])+".nonce")
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, failed("unknown", "the folder for nonces cannot be written to")
	}
	for syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		if time.Now().After(deadline) {
			file.Close()
			return nil, failed("timeout", "another process is using this key, and did not finish in time")
		}
		time.Sleep(2 * time.Millisecond)
	}
	return file, nil
}
