package io.millrace.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiKeysTest {

    private static final ApiKey MEANING = new ApiKey("ci", "team", 0.5, new Limits(1, 2, 3, 4));

    @TempDir private Path folder;

    @Test
    void keysOfTheFileAreKnownAndNowhereInTheClear() throws Exception {
        Path file = folder.resolve("keys.json");
        String first = KeysFile.add(file, MEANING, new SecureRandom());
        ApiKey other = new ApiKey("other", "default", Limits.DEFAULT);
        String second = KeysFile.add(file, other, new SecureRandom());

        KeyRing keys = KeyRing.following(file, ApiKeys.of(Map.of("in-the-clear", other)));

        assertThat(KeysFile.list(file)).containsExactly(MEANING, other);
        assertThat(keys.find(first)).isEqualTo(MEANING);
        assertThat(keys.find(second)).isEqualTo(other);
        assertThat(keys.find("in-the-clear")).isEqualTo(other);
        assertThat(keys.find(first + "x")).isNull();
        assertThat(keys.find("")).isNull();
        assertThat(keys.find("x".repeat(100_000))).isNull();
        assertThat(Files.readString(file)).doesNotContain(first).doesNotContain(second);
    }

    @Test
    void whatIsWrongWithTheFileIsTold() throws Exception {
        Path file = folder.resolve("keys.json");
        String hash = "00".repeat(32);
        Map.of(
                        "{",
                        "content of keys file",
                        "{\"salt\":\"00\",\"keys\":5}",
                        "keys of keys file",
                        "{\"salt\":\"zz\",\"keys\":[]}",
                        "salt of keys file",
                        "{\"salt\":\"00\",\"keys\":[]}",
                        "salt: 1 bytes",
                        "{\"keys\":[{\"hash\":\"00\"}]}",
                        "keys[0].hash",
                        "{\"keys\":[{\"key\":\"secret-in-clear\"}]}",
                        "keys[0].key",
                        "{\"keys\":[{\"hash\":\"" + hash + "\",\"name\":\"a b\"}]}",
                        "key name: a b",
                        "{\"keys\":[{\"hash\":\"" + hash + "\",\"name\":\"a\",\"weight\":\"2\"}]}",
                        "weight: \"2\" (expected: a number)",
                        "{\"keys\":[{\"hash\":\"" + hash + "\",\"name\":\"a\",\"weight\":0}]}",
                        "weight: 0.0 (expected: 0.001 to 1000.0)")
                .forEach(
                        (content, message) ->
                                assertThatThrownBy(
                                                () -> {
                                                    Files.writeString(file, content);
                                                    KeyRing.following(file, ApiKeys.none());
                                                })
                                        .as(content)
                                        .isInstanceOf(IllegalArgumentException.class)
                                        .hasMessageContaining(message)
                                        .hasMessageNotContaining("secret-in-clear"));
    }

    @Test
    void shortKeysAreRefusedWithoutShowingThem() {
        assertThatThrownBy(() -> ApiKeys.of(Map.of("short", MEANING)))
                .hasMessageContaining("5 characters")
                .hasMessageNotContaining("short");
    }
}
