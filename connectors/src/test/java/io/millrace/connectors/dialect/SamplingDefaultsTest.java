package io.millrace.connectors.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.InputRecord;
import io.millrace.core.request.RequestReader.Parsed;
import io.millrace.core.request.RequestReader.Valid;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.SamplingDefaults;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a request is drawn with where it says nothing. */
class SamplingDefaultsTest {

    private static final SamplingDefaults ALL = new SamplingDefaults(1.1f, 0.7f, 20, 0.8f, 0.05f);

    private static final String NATIVE = "{\"id\":\"a\",\"prompt\":\"x\"%s}";
    private static final String OPENAI =
            "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/completions\","
                    + "\"body\":{\"prompt\":\"x\"%s}}";
    private static final String ANTHROPIC =
            "{\"custom_id\":\"a\",\"params\":{\"model\":\"m\",\"max_tokens\":4,"
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]%s}}";

    @Test
    void theModelsRecommendationFillsWhatIsAbsentInEveryDialect() {
        for (String line : List.of(NATIVE, OPENAI, ANTHROPIC)) {
            Sampling sampling = read(ALL, line, "");

            assertThat(sampling)
                    .as(line)
                    .isEqualTo(new Sampling(1.1f, 0.7f, 20, 0.8f, 0.05f, sampling.seed()));
            assertThat(sampling.seed()).as(line).isNotZero();
        }
    }

    @Test
    void whatARequestSaysWins() {
        String fields =
                ",\"temperature\":0,\"top_k\":-1,\"top_p\":1,\"min_p\":0,\"repetition_penalty\":1";

        assertThat(read(ALL, NATIVE, fields)).isEqualTo(Sampling.GREEDY);
        assertThat(read(ALL, NATIVE, ",\"top_k\":3").topK()).isEqualTo(3);
        assertThat(read(ALL, NATIVE, ",\"temperature\":null").temperature()).isEqualTo(0.7f);
    }

    @Test
    void whatTheModelLeavesOpenIsTheDialects() {
        SamplingDefaults onlyTopK = new SamplingDefaults(null, null, 20, null, null);

        assertThat(read(onlyTopK, NATIVE, "").temperature()).isZero();
        assertThat(read(onlyTopK, OPENAI, "").temperature()).isEqualTo(1);
        assertThat(read(onlyTopK, OPENAI, "").topK()).isEqualTo(20);
        assertThat(read(SamplingDefaults.NONE, NATIVE, "")).isEqualTo(Sampling.GREEDY);
    }

    private static Sampling read(SamplingDefaults defaults, String line, String fields) {
        byte[] value = line.formatted(fields).getBytes(StandardCharsets.UTF_8);
        List<Parsed> read = new ArrayList<>();
        Dialects.reader(new DialectSettings(2048, defaults))
                .read(new InputRecord("requests-0@42", value, 7), read::add);
        assertThat(read).singleElement().isInstanceOf(Valid.class);
        return ((Valid) read.get(0)).request().sampling();
    }
}
