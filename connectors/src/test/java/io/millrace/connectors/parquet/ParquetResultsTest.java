package io.millrace.connectors.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connectors.arrow.ArrowResults;
import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.FinishReason;
import io.millrace.core.request.Timing;
import io.millrace.core.request.TokenLogprobs;
import io.millrace.core.request.Usage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetResultsTest {

    @TempDir private Path folder;

    @Test
    void successAndFailureFillTheirColumns() throws IOException {
        List<Group> rows = rows(List.of(succeeded("größe", "text"), failed("b")));

        Group success = rows.get(0);
        assertThat(success.getString("id", 0)).isEqualTo("größe");
        assertThat(success.getString("status", 0)).isEqualTo("succeeded");
        assertThat(success.getString("text", 0)).isEqualTo("text");
        assertThat(success.getInteger("output_tokens", 0)).isEqualTo(2);
        assertThat(success.getLong("first_token", 0)).isEqualTo(6);
        assertThat(success.getFieldRepetitionCount("error_code")).isZero();
        Group logprobs = success.getGroup("logprobs", 0);
        assertThat(logprobs.getFieldRepetitionCount("list")).isEqualTo(2);
        Group first = logprobs.getGroup("list", 0).getGroup("element", 0);
        assertThat(first.getInteger("token_id", 0)).isEqualTo(7);
        assertThat(first.getFloat("logprob", 0)).isEqualTo(-0.5f);
        Group top = first.getGroup("top", 0).getGroup("list", 0).getGroup("element", 0);
        assertThat(top.getString("token", 0)).isEqualTo("b");
        Group second = logprobs.getGroup("list", 1).getGroup("element", 0);
        assertThat(second.getGroup("top", 0).getFieldRepetitionCount("list")).isZero();

        Group failure = rows.get(1);
        assertThat(failure.getString("error_code", 0)).isEqualTo("expired");
        for (String absent : List.of("text", "finish_reason", "started", "logprobs")) {
            assertThat(failure.getFieldRepetitionCount(absent)).as(absent).isZero();
        }
    }

    @Test
    void theFooterNamesTheColumnsOfTheArrowForm() throws IOException {
        byte[] stream = ArrowResults.stream(List.of(failed("a")));
        FileMetaData footer = ParquetReads.footer(parquet(stream));

        assertThat(footer.getNum_rows()).isEqualTo(1);
        List<String> names = footer.getSchema().stream().map(SchemaElement::getName).toList();
        assertThat(names)
                .containsSubsequence(
                        schema(stream).getFields().stream().map(f -> f.getName()).toList());
    }

    @Test
    void noResultsAreAFileWithoutRows() throws IOException {
        assertThat(rows(List.of())).isEmpty();
    }

    /** Beyond one page, one dictionary and one row group. */
    @Test
    void manyResultsKeepTheirOrder() throws IOException {
        Random random = new Random(7);
        List<Completion> results =
                IntStream.range(0, 3_000)
                        .mapToObj(
                                i ->
                                        i % 7 == 0
                                                ? failed("r" + i)
                                                : succeeded("r" + i, text(random)))
                        .toList();
        byte[] stream = ArrowResults.stream(results);
        byte[] file = parquet(stream);

        List<Group> rows = ParquetReads.rows(file, schema(stream));

        assertThat(rows).hasSize(results.size());
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i).getString("id", 0)).isEqualTo("r" + i);
            if (results.get(i).outcome() instanceof Completion.Succeeded answered) {
                assertThat(rows.get(i).getString("text", 0)).isEqualTo(answered.answer().text());
            }
        }
    }

    @Test
    void aStreamThatIsCutOffLeavesNoFile() {
        byte[] stream = ArrowResults.stream(List.of(succeeded("a", "text")));
        Path file = folder.resolve("cut.parquet");
        byte[] cut = Arrays.copyOf(stream, stream.length / 2 + 100);

        assertThatThrownBy(() -> ParquetResults.write(new ByteArrayInputStream(cut), file))
                .isInstanceOf(IOException.class);
        assertThat(file).doesNotExist();
    }

    private List<Group> rows(List<Completion> results) throws IOException {
        byte[] stream = ArrowResults.stream(results);
        return ParquetReads.rows(parquet(stream), schema(stream));
    }

    private byte[] parquet(byte[] stream) throws IOException {
        Path file = folder.resolve("results.parquet");
        ParquetResults.write(new ByteArrayInputStream(stream), file);
        return Files.readAllBytes(file);
    }

    private static MessageType schema(byte[] stream) throws IOException {
        try (RootAllocator allocator = new RootAllocator();
                ArrowStreamReader reader =
                        new ArrowStreamReader(new ByteArrayInputStream(stream), allocator)) {
            return ArrowRows.schema(reader.getVectorSchemaRoot().getSchema().getFields());
        }
    }

    /** About 1 to 30 kB. */
    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100 + random.nextInt(3_000); i++) {
            text.append(random.nextInt(1_000_000_000));
        }
        return text.toString();
    }

    private static Completion succeeded(String id, String text) {
        List<TokenLogprobs> logprobs =
                List.of(
                        new TokenLogprobs(
                                new TokenLogprobs.Entry(7, " a", -0.5f),
                                List.of(new TokenLogprobs.Entry(8, "b", -1.5f))),
                        new TokenLogprobs(new TokenLogprobs.Entry(9, "c", -2.5f), List.of()));
        return completion(
                id, new Completion.Succeeded(new Answer(text, FinishReason.STOP, null, logprobs)));
    }

    private static Completion failed(String id) {
        return completion(id, new Completion.Failed(new Failure(FailureCode.EXPIRED, "late")));
    }

    private static Completion completion(String id, Completion.Outcome outcome) {
        boolean answered = outcome instanceof Completion.Succeeded;
        return new Completion(
                "k",
                id,
                "native",
                "m",
                "t",
                null,
                outcome,
                answered ? new Usage(1, 2, 3) : Usage.NONE,
                answered ? new Timing(4, 5, 6, 7) : new Timing(4, 0, 0, 7));
    }
}
