<?php

declare(strict_types=1);

namespace Exmo;

/**
 * Nonces of one key: microseconds of the clock, and never lower than the last one plus one.
 *
 * The last one is kept in a file, so it survives a restart and a clock that went back, and the file's lock makes
 * several processes with one key take turns. Without a folder the last one lives in this object alone.
 */
final class Nonces
{
    private int $last = 0;

    public function __construct(private readonly ?string $folder, private readonly string $key)
    {
    }

    /**
     * Hand the next nonce to a function that sends it. The lock is held until that function returns: EXMO refuses the
     * smaller of two nonces that arrive in the wrong order.
     *
     * @param callable(int): mixed $send
     */
    public function spend(float $deadline, callable $send): mixed
    {
        if ($this->folder === null) {
            return $send($this->last = max($this->last + 1, self::clock()));
        }
        $file = $this->locked($deadline);
        try {
            $nonce = max((int) stream_get_contents($file) + 1, self::clock());
            rewind($file);
            // As wide as the widest nonce, so that one write replaces the last: no kill leaves half a file behind.
            fwrite($file, sprintf("%019d\n", $nonce));
            fflush($file);
            return $send($nonce);
        } finally {
            fclose($file);
        }
    }

    /** @return resource */
    private function locked(float $deadline)
    {
        $path = $this->folder . '/exmo-' . substr(hash('sha256', $this->key), 0, 32) . '.nonce';
        $file = @fopen($path, 'c+');
        if ($file === false) {
            throw new ExmoException('unknown', 'the folder for nonces cannot be written to');
        }
        while (!flock($file, LOCK_EX | LOCK_NB)) {
            if (Transport::now() >= $deadline) {
                fclose($file);
                throw new ExmoException('timeout', 'another process is using this key, and did not finish in time');
            }
            usleep(2_000);
        }
        return $file;
    }

    private static function clock(): int
    {
        [$fraction, $seconds] = explode(' ', microtime());
        return (int) $seconds * 1_000_000 + (int) ($fraction * 1_000_000);
    }
}
