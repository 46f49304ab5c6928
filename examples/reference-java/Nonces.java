import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The nonces of one key: microseconds of the clock, and never lower than the last one plus one.
 *
 * Whoever has drawn one keeps its turn until the answer is there: the exchange refuses the smaller of two nonces that
 * arrive in the wrong order. In a folder the last one survives a restart and a clock that went back, and the lock of its
 * file makes several processes take turns.
 */
final class Nonces {
    private static final Map<String, Nonces> OF_KEYS = new ConcurrentHashMap<>();

    /** Sends a request with a nonce. */
    interface Sending {
        Object with(long nonce) throws ReferenceException;
    }

    private final ReentrantLock turn = new ReentrantLock(true);
    private final Path file;
    private long last;

    private Nonces(String folder, String key) {
        String name = UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)).toString(); // any key may be a name
        file = folder == null ? null : Path.of(folder, "reference-" + name + ".nonce");
    }

    /** The nonces of a key: the same for all clients of this process that share it. */
    static Nonces of(String folder, String key) {
        return OF_KEYS.computeIfAbsent(folder + "\0" + key, any -> new Nonces(folder, key));
    }

    /** Hand out the next nonce, until a time of `System.nanoTime` at most. */
    @SuppressWarnings("try") // a lock is held, and not looked at
    Object spend(long deadline, Sending send) throws ReferenceException {
        try {
            if (!turn.tryLock(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) throw late();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw late();
        }
        try {
            if (file == null) {
                last = Math.max(last + 1, clock());
                return send.with(last);
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE); FileLock lock = locked(channel, deadline)) {
                long nonce = Math.max(read(channel) + 1, clock());
                // As wide as the widest nonce, so that one write replaces the last: no kill leaves half a file behind.
                byte[] line = String.format("%019d\n", nonce).getBytes(StandardCharsets.US_ASCII);
                channel.write(ByteBuffer.wrap(line), 0);
                return send.with(nonce);
            } catch (IOException impossible) {
                throw new ReferenceException("unknown", "the folder for nonces cannot be written to");
            }
        } finally {
            turn.unlock();
        }
    }

    private static FileLock locked(FileChannel channel, long deadline) throws IOException, ReferenceException {
        for (;;) {
            FileLock lock = channel.tryLock();
            if (lock != null) return lock;
            if (System.nanoTime() > deadline) throw late();
            LockSupport.parkNanos(2_000_000);
        }
    }

    private static long read(FileChannel channel) throws IOException {
        ByteBuffer kept = ByteBuffer.allocate(32);
        channel.read(kept, 0);
        String text = new String(kept.array(), 0, kept.position(), StandardCharsets.US_ASCII).trim();
        return text.matches("[0-9]{1,19}") ? Long.parseLong(text) : 0;
    }

    private static long clock() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    private static ReferenceException late() {
        return new ReferenceException("timeout", "other calls with this key took all the time there was");
    }
}
