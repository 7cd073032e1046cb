package io.millrace.gateway.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.gateway.http.Ids;
import io.millrace.gateway.intake.EntrySpool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadStoreTest {

    private static final Instant BEFORE = Instant.ofEpochSecond(10_000);

    @TempDir private Path folder;

    private final AtomicLong nowS = new AtomicLong(1_000);
    private final Ids ids = new Ids(() -> Instant.ofEpochSecond(nowS.get()), new SecureRandom());

    private UploadStore store() {
        return new UploadStore(folder, () -> Instant.ofEpochSecond(nowS.get()));
    }

    private UploadedFile upload(@Nullable Long expiresS) throws Exception {
        UploadStore store = store();
        Path part = store.newPart();
        Files.writeString(part, "{}");
        UploadedFile file =
                new UploadedFile(
                        ids.next(UploadedFile.ID_PREFIX), "w", "f", "batch", 2, 1_000, expiresS);
        store.add(file, part);
        return file;
    }

    private List<String> names() throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatHasExpiredIsRemovedWithItsBytes() throws Exception {
        UploadedFile soon = upload(2_000L);
        UploadedFile late = upload(9_000L);
        UploadedFile kept = upload(null);
        nowS.set(1_999);
        assertThat(store().removeExpired(Instant.EPOCH)).isZero();

        nowS.set(2_000);
        assertThat(store().removeExpired(Instant.EPOCH)).isEqualTo(1);

        assertThat(names())
                .containsExactlyInAnyOrder(
                        late.id(), late.id() + ".json", kept.id(), kept.id() + ".json");
        assertThat(store().find("w", soon.id())).isEmpty();
        assertThat(store().all("w")).containsExactlyInAnyOrder(late, kept);
    }

    @Test
    void whatBrokenUploadsLeftIsRemovedOnceNobodyCanBeWritingIt() throws Exception {
        UploadedFile whole = upload(null);
        Path left = store().newPart();
        Path arrives = store().newPart();
        Path undescribed = folder.resolve(ids.next(UploadedFile.ID_PREFIX));
        Path foreign = Files.writeString(folder.resolve("notes.txt"), "mine");
        Files.writeString(undescribed, "{}");
        for (Path old : List.of(left, undescribed, foreign, folder.resolve(whole.id()))) {
            Files.setLastModifiedTime(old, FileTime.from(BEFORE.minusSeconds(1)));
        }
        Files.setLastModifiedTime(arrives, FileTime.from(BEFORE));

        assertThat(store().removeExpired(BEFORE)).isEqualTo(2);

        assertThat(left).doesNotExist();
        assertThat(undescribed).doesNotExist();
        assertThat(arrives).exists();
        assertThat(foreign).exists();
        assertThat(store().all("w")).containsExactly(whole);
    }

    @Test
    void aFileThatNobodyUnderstandsIsLeft() throws Exception {
        Path strange = Files.writeString(folder.resolve("file-x.json"), "[1");
        Files.writeString(folder.resolve("file-y.json"), "[]");

        assertThat(store().removeExpired(Instant.EPOCH)).isZero();
        assertThat(strange).exists();
    }

    @Test
    void spoolsOfKilledGatewaysAreRemoved() throws Exception {
        try (EntrySpool used = EntrySpool.create(folder)) {
            Path left = Files.createTempFile(folder, "intake-", ".spool");
            Files.setLastModifiedTime(left, FileTime.from(BEFORE.minusSeconds(1)));

            EntrySpool.removeLeftovers(folder, BEFORE);

            assertThat(left).doesNotExist();
            assertThat(names()).hasSize(1);
            assertThat(used.entries()).isZero();
        }
        EntrySpool.removeLeftovers(folder.resolve("none"), BEFORE);
    }
}
