package io.millrace.gateway.access;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that are good now: those of a file follow it. A file that cannot be read or understood
 * leaves the keys as they were, so that a slip of whoever edits it locks nobody out. Safe for any
 * thread.
 */
public final class KeyRing {

    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);

    private final ApiKeys others;
    private final @Nullable Path file;
    private final LongAdder refusals = new LongAdder();
    private volatile ApiKeys current;
    private volatile @Nullable String fault;
    private byte[] seen;

    private KeyRing(@Nullable Path file, byte[] seen, ApiKeys current, ApiKeys others) {
        this.file = file;
        this.seen = seen;
        this.current = current;
        this.others = others;
    }

    /** Keys that stay. */
    public static KeyRing of(ApiKeys keys) {
        return new KeyRing(null, new byte[0], keys, keys);
    }

    /**
     * Keys of a file, see {@link KeysFile}, and others that stay.
     *
     * @throws IOException if it cannot be read, naming it
     * @throws IllegalArgumentException naming file and field
     */
    public static KeyRing following(Path file, ApiKeys others) throws IOException {
        byte[] content = KeysFile.bytes(file);
        return new KeyRing(file, content, ApiKeys.parse(file, content).and(others), others);
    }

    /** What a key means that a client presents; null for one that nobody has. */
    public @Nullable ApiKey find(String presented) {
        return current.find(presented);
    }

    /** Takes the file as it is now, if there is one and it has changed. It blocks. */
    public synchronized void refresh() {
        if (file == null) {
            return;
        }
        try {
            byte[] content = KeysFile.bytes(file);
            if (Arrays.equals(content, seen) && fault == null) {
                return;
            }
            current = ApiKeys.parse(file, content).and(others);
            seen = content;
            fault = null;
            LOG.info("keys file {}: read again", file);
        } catch (IOException | IllegalArgumentException e) {
            refuse(String.valueOf(e.getMessage()));
        }
    }

    /** Why the file is not followed at the moment; null if it is. */
    public @Nullable String fault() {
        return fault;
    }

    /** How often a change of the file was refused. */
    public long refusals() {
        return refusals.sum();
    }

    private void refuse(String reason) {
        if (!reason.equals(fault)) {
            fault = reason;
            refusals.increment();
            LOG.warn("the keys stay as they were: {}", reason);
        }
    }
}
