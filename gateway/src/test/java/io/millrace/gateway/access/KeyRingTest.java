package io.millrace.gateway.access;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRingTest {

    private static final ApiKey LOCAL = new ApiKey("local", "default", Limits.DEFAULT);
    private static final ApiKey ALICE = new ApiKey("alice", "a", 2, Limits.DEFAULT);
    private static final ApiKey BOB = new ApiKey("bob", "b", Limits.DEFAULT);

    @TempDir private Path folder;

    private Path file;
    private String alice;
    private KeyRing keys;

    @BeforeEach
    void start() throws Exception {
        file = folder.resolve("keys.json");
        alice = KeysFile.add(file, ALICE, new SecureRandom());
        keys = KeyRing.following(file, ApiKeys.of(Map.of("in-the-clear", LOCAL)));
    }

    @Test
    void aKeyThatIsAddedOrChangedIsGoodFromTheNextLook() throws Exception {
        String bob = KeysFile.add(file, BOB, new SecureRandom());
        assertThat(keys.find(bob)).isNull();

        keys.refresh();
        assertThat(keys.find(bob)).isEqualTo(BOB);
        assertThat(keys.find(alice)).isEqualTo(ALICE);

        Files.writeString(
                file, Files.readString(file).replace("\"weight\" : 2.0", "\"weight\" : 7"));
        keys.refresh();
        assertThat(requireNonNull(keys.find(alice)).weight()).isEqualTo(7);
        assertThat(keys.find("in-the-clear")).isEqualTo(LOCAL);
    }

    @Test
    void aKeyThatIsTakenOutIsGoodNoMore() throws Exception {
        Files.writeString(file, "{\"salt\":\"" + "00".repeat(16) + "\",\"keys\":[]}");

        keys.refresh();

        assertThat(keys.find(alice)).isNull();
        assertThat(keys.find("in-the-clear")).isEqualTo(LOCAL);
    }

    @Test
    void aBrokenFileLeavesTheKeysAndIsToldOnce() throws Exception {
        String good = Files.readString(file);
        Files.writeString(file, good.substring(0, good.length() / 2));
        keys.refresh();
        keys.refresh();

        assertThat(keys.find(alice)).isEqualTo(ALICE);
        assertThat(keys.fault()).contains("keys.json").contains("JSON");
        assertThat(keys.refusals()).isEqualTo(1);

        Files.delete(file);
        keys.refresh();
        assertThat(keys.find(alice)).isEqualTo(ALICE);
        assertThat(keys.fault()).contains("expected: a file that can be read");
        assertThat(keys.refusals()).isEqualTo(2);

        Files.writeString(file, good);
        keys.refresh();
        assertThat(keys.fault()).isNull();
        assertThat(keys.find(alice)).isEqualTo(ALICE);
        assertThat(keys.refusals()).isEqualTo(2);
    }

    @Test
    void aBrokenFileIsRefusedAtTheStart() throws Exception {
        Files.writeString(file, "{");
        assertThatThrownBy(() -> KeyRing.following(file, ApiKeys.none()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("keys.json");
        Files.delete(file);
        assertThatThrownBy(() -> KeyRing.following(file, ApiKeys.none()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("keys.json");
    }
}
