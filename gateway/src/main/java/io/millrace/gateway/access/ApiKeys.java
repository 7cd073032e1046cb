package io.millrace.gateway.access;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys that the gateway knows, none of them in the clear. Immutable. */
public final class ApiKeys {

    /** Longer ones are not hashed at all. */
    private static final int MAX_KEY_CHARACTERS = 512;

    private static final int MIN_KEY_CHARACTERS = 8;

    private final List<HashedKeys> groups;

    private ApiKeys(List<HashedKeys> groups) {
        this.groups = List.copyOf(groups);
    }

    /**
     * Keys given in the clear, which only their hashes outlive.
     *
     * @throws IllegalArgumentException for one that is too short, without showing it
     */
    public static ApiKeys of(Map<String, ApiKey> clear) {
        for (String key : clear.keySet()) {
            if (key.length() < MIN_KEY_CHARACTERS || key.length() > MAX_KEY_CHARACTERS) {
                throw new IllegalArgumentException(
                        "API key: %d characters (expected: %d to %d)"
                                .formatted(key.length(), MIN_KEY_CHARACTERS, MAX_KEY_CHARACTERS));
            }
        }
        return new ApiKeys(List.of(HashedKeys.of(clear)));
    }

    /** None at all. */
    public static ApiKeys none() {
        return new ApiKeys(List.of());
    }

    static ApiKeys parse(Path file, byte[] content) {
        return new ApiKeys(List.of(KeysFile.parse(file, content)));
    }

    /** Both. */
    public ApiKeys and(ApiKeys others) {
        List<HashedKeys> all = new ArrayList<>(groups);
        all.addAll(others.groups);
        return new ApiKeys(all);
    }

    /** What a key means that a client presents; null for one that nobody has. */
    public @Nullable ApiKey find(String presented) {
        if (presented.length() > MAX_KEY_CHARACTERS) {
            return null;
        }
        ApiKey found = null;
        for (HashedKeys group : groups) {
            ApiKey here = group.find(presented);
            found = found == null ? here : found;
        }
        return found;
    }
}
