package io.millrace.gateway.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The file that keeps keys at rest, hashed: {@code {"salt":"<hex>","keys":[{"name","workspace",
 * "hash","weight","max_queued_requests","max_batches","max_tokens_per_day","requests_per_minute"}]}},
 * where all but name and hash may be absent. Stateless; one process writes at a time.
 */
public final class KeysFile {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Set<String> FIELDS =
            Set.of(
                    "name",
                    "workspace",
                    "hash",
                    "weight",
                    "max_queued_requests",
                    "max_batches",
                    "max_tokens_per_day",
                    "requests_per_minute");

    private KeysFile() {}

    /**
     * Adds a new key to a file, which is made if there is none.
     *
     * @return the key, which is to be seen only here
     */
    public static String add(Path file, ApiKey meaning, SecureRandom random) throws IOException {
        ObjectNode root = Files.exists(file) ? tree(file, bytes(file)) : empty(random);
        byte[] salt = hex(file, root, "salt");
        byte[] secret = new byte[HashedKeys.HASH_BYTES];
        random.nextBytes(secret);
        String key = "mr-" + HexFormat.of().formatHex(secret);
        ObjectNode entry = root.withArrayProperty("keys").addObject();
        entry.put("name", meaning.name()).put("workspace", meaning.workspace());
        entry.put("hash", HashedKeys.hash(salt, key)).put("weight", meaning.weight());
        entry.put("max_queued_requests", meaning.limits().maxQueuedRequests());
        entry.put("max_batches", meaning.limits().maxBatches());
        entry.put("max_tokens_per_day", meaning.limits().maxTokensPerDay());
        entry.put("requests_per_minute", meaning.limits().requestsPerMinute());
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.write(next, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return key;
    }

    /**
     * What the keys of a file mean, in its order.
     *
     * @throws IOException if it cannot be read, naming it
     * @throws IllegalArgumentException naming file and field
     */
    public static List<ApiKey> list(Path file) throws IOException {
        return List.copyOf(keys(file, tree(file, bytes(file))).values());
    }

    static byte[] bytes(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IOException(
                    "keys file: %s (expected: a file that can be read)".formatted(file), e);
        }
    }

    static HashedKeys parse(Path file, byte[] content) {
        ObjectNode root = tree(file, content);
        Map<String, ApiKey> byHash = keys(file, root);
        return new HashedKeys(hex(file, root, "salt"), byHash);
    }

    private static Map<String, ApiKey> keys(Path file, ObjectNode root) {
        Map<String, ApiKey> byHash = new LinkedHashMap<>();
        if (!(root.get("keys") instanceof ArrayNode keys)) {
            throw wrong(file, "keys", "a list");
        }
        for (int i = 0; i < keys.size(); i++) {
            String where = "keys[%d]".formatted(i);
            if (!(keys.get(i) instanceof ObjectNode entry)) {
                throw wrong(file, where, "an object");
            }
            refuseUnknown(file, where, entry);
            if (hex(file, entry, "hash").length != HashedKeys.HASH_BYTES) {
                throw wrong(file, where + ".hash", "64 hexadecimal digits");
            }
            byHash.put(entry.path("hash").asText(), key(file, where, entry));
        }
        return byHash;
    }

    private static ObjectNode empty(SecureRandom random) {
        byte[] salt = new byte[HashedKeys.SALT_BYTES];
        random.nextBytes(salt);
        return JSON.createObjectNode().put("salt", HexFormat.of().formatHex(salt));
    }

    private static ObjectNode tree(Path file, byte[] content) {
        try {
            if (JSON.readTree(content) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            // Without the parser's message, which shows what it read.
            throw wrong(file, "content", "JSON");
        }
        throw wrong(file, "content", "a JSON object");
    }

    private static ApiKey key(Path file, String where, ObjectNode entry) {
        Limits limits = Limits.DEFAULT;
        try {
            return new ApiKey(
                    entry.path("name").asText(""),
                    entry.path("workspace").asText(ApiKey.DEFAULT_WORKSPACE),
                    weight(entry),
                    new Limits(
                            number(entry, "max_queued_requests", limits.maxQueuedRequests()),
                            (int) number(entry, "max_batches", limits.maxBatches()),
                            number(entry, "max_tokens_per_day", limits.maxTokensPerDay()),
                            (int)
                                    number(
                                            entry,
                                            "requests_per_minute",
                                            limits.requestsPerMinute())));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s of %s: %s".formatted(where, file, e.getMessage()), e);
        }
    }

    private static double weight(ObjectNode entry) {
        JsonNode value = entry.path("weight");
        if (!value.isMissingNode() && !value.isNumber()) {
            throw new IllegalArgumentException("weight: " + value + " (expected: a number)");
        }
        return value.asDouble(1);
    }

    private static long number(ObjectNode entry, String field, long absent) {
        JsonNode value = entry.path(field);
        if (value.isMissingNode()) {
            return absent;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new IllegalArgumentException(field + ": " + value + " (expected: an integer)");
        }
        boolean wide = absent > Integer.MAX_VALUE || field.endsWith("_requests");
        return wide ? value.longValue() : Math.min(value.longValue(), Integer.MAX_VALUE);
    }

    private static void refuseUnknown(Path file, String where, ObjectNode entry) {
        Set<String> names = new TreeSet<>();
        entry.fieldNames().forEachRemaining(names::add);
        names.removeAll(FIELDS);
        for (String name : names) {
            throw wrong(file, where + "." + name, "no field of this name");
        }
    }

    private static byte[] hex(Path file, ObjectNode object, String field) {
        try {
            return HexFormat.of().parseHex(object.path(field).asText("?"));
        } catch (IllegalArgumentException e) {
            throw wrong(file, field, "hexadecimal digits");
        }
    }

    private static IllegalArgumentException wrong(Path file, String field, String rule) {
        return new IllegalArgumentException(
                "%s of keys file %s (expected: %s)".formatted(field, file, rule));
    }
}
