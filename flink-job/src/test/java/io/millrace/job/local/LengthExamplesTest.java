package io.millrace.job.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.engine.PromptEncoder;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.predict.LengthExample;
import io.millrace.gpu.tokenize.ModelPromptEncoder;
import io.millrace.gpu.tokenize.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LengthExamplesTest {

    private static final Path MODEL = Path.of("../models/tiny-chat");

    @TempDir private Path folder;

    private final PromptEncoder encoder = ModelPromptEncoder.factory(MODEL.toString()).open();
    private final Tokenizer tokenizer = Tokenizer.open(ModelDirectory.open(MODEL).tokenizerJson());

    @AfterEach
    void close() {
        encoder.close();
        tokenizer.close();
    }

    @Test
    void joinsResultsWithTheirRequests() throws IOException {
        Path requests =
                Files.writeString(
                        folder.resolve("requests.jsonl"),
                        """
                        {"id":"whole","prompt":"One two","max_tokens":50}
                        {"id":"cut","prompt":"Three","max_tokens":3}
                        {"id":"failed","prompt":"Four"}
                        """);
        Path results =
                Files.writeString(
                        folder.resolve("results.jsonl"),
                        """
                        {"id":"cut","output":{"text":"a b c","finish_reason":"max_tokens"},"usage":{"output_tokens":3}}
                        {"id":"failed","output":null,"usage":{"output_tokens":0}}
                        {"id":"stranger","output":{"text":"x","finish_reason":"stop"},"usage":{"output_tokens":1}}
                        {"id":"whole","output":{"text":"d e","finish_reason":"end_of_sequence"},"usage":{"output_tokens":9}}
                        """);
        List<LengthExample> examples =
                LengthExamples.ofResults(results, requests, encoder, tokenizer);
        assertThat(examples).hasSize(2);
        assertThat(examples.get(0).cut()).isTrue();
        assertThat(examples.get(0).limit()).isEqualTo(3);
        assertThat(examples.get(1).cut()).isFalse();
        assertThat(examples.get(1).length()).isEqualTo(9);
        assertThat(examples.get(1).limit()).isEqualTo(50);
        assertThat(examples.get(1).answer()).isEqualTo(tokenizer.encode("d e"));
        assertThat(tokenizer.decode(examples.get(1).prompt())).contains("One two");
    }

    @Test
    void takesTheLongestAnswerForTheLimitWhereNoneIsGiven() throws IOException {
        Path data =
                Files.writeString(
                        folder.resolve("data.jsonl"),
                        """
                        {"prompt":"a","output_tokens":192,"truncated":true}
                        {"prompt":"b","output_tokens":10,"truncated":false}
                        {"prompt":"c","output_tokens":10,"truncated":false,"max_tokens":64}
                        """);
        List<LengthExample> examples = LengthExamples.ofData(data, encoder);
        assertThat(examples).extracting(LengthExample::limit).containsExactly(192, 192, 64);
        assertThat(examples).extracting(LengthExample::cut).containsExactly(true, false, false);
    }
}
