package io.millrace.connectors.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.RequestReader.Invalid;
import io.millrace.core.request.RequestReader.Parsed;
import io.millrace.core.request.RequestReader.Valid;
import io.millrace.core.request.SamplingDefaults;
import io.millrace.core.request.Submission;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the gateway vouches for goes before what the client's bytes claim. */
class SubmittedRequestTest {

    private static final String ENTRY =
            "{\"custom_id\":\"a\",\"params\":{\"model\":\"m\",\"max_tokens\":4,"
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]%s}}";

    @Test
    void workspaceBatchAndExpiryAreTheGateways() {
        String claims = ENTRY.formatted(",\"tenant\":\"other\",\"deadline\":500");

        InferenceRequest request = valid(claims, submission(99L, null, null));

        assertThat(request.batch()).isEqualTo("msgbatch_1");
        assertThat(request.service().tenant()).isEqualTo("workspace");
        assertThat(request.service().deadlineMs()).isEqualTo(99);
        assertThat(valid(claims, submission(900, null, null)).service().deadlineMs())
                .isEqualTo(500);
    }

    @Test
    void aWeightIsNeverTheClients() {
        String claims = ENTRY.formatted(",\"weight\":500");
        String openAi =
                "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
                        + "\"weight\":500,\"body\":{\"model\":\"m\",\"weight\":500,"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}}";
        String own = "{\"id\":\"a\",\"prompt\":\"x\",\"weight\":500}";

        assertThat(valid(ENTRY.formatted(""), submission(99L, null, null)).service().weight())
                .isEqualTo(4);
        assertThat(valid(openAi, null).service().weight()).isEqualTo(1);
        for (String line : List.of(claims, own)) {
            assertThat(((Invalid) read(line, null)).failure().message())
                    .as(line)
                    .contains("weight");
        }
    }

    @Test
    void samplingIsRefusedWhereTheVersionOfTheApiHasNone() {
        for (String field : List.of("temperature", "top_p", "top_k")) {
            String line = ENTRY.formatted(",\"" + field + "\":1");

            Invalid refused = (Invalid) read(line, submission(99, "2026-10-21", null));

            assertThat(refused.failure().message())
                    .isEqualTo(field + ": Extra inputs are not permitted");
            assertThat(read(line, submission(99, "2023-06-01", null))).isInstanceOf(Valid.class);
            assertThat(read(line, null)).isInstanceOf(Valid.class);
        }
    }

    @Test
    void whatTheGatewayRefusedIsNotRead() {
        Invalid refused =
                (Invalid) read("{", submission(99, null, "record: 9000001 bytes (expected: less)"));

        assertThat(refused.id()).isEqualTo("a");
        assertThat(refused.dialect()).isEqualTo("anthropic");
        assertThat(refused.failure().message()).startsWith("record: 9000001 bytes");
    }

    @Test
    void speculationCanBeTurnedOff() {
        assertThat(valid(ENTRY.formatted(",\"speculation\":\"off\""), null).speculate()).isFalse();
        assertThat(valid(ENTRY.formatted(",\"speculation\":\"auto\""), null).speculate()).isTrue();
        Invalid refused = (Invalid) read(ENTRY.formatted(",\"speculation\":\"eagle\""), null);
        assertThat(refused.failure().message())
                .isEqualTo(
                        "speculation: \"eagle\" (expected: auto, as the job is configured, or"
                                + " off)");
    }

    private static InferenceRequest valid(String line, @Nullable Submission submission) {
        return ((Valid) read(line, submission)).request();
    }

    private static Parsed read(String line, @Nullable Submission submission) {
        List<Parsed> parsed = new ArrayList<>();
        Dialects.reader(new DialectSettings(1_000_000, SamplingDefaults.NONE))
                .read(new InputRecord("r-0@1", line.getBytes(UTF_8), 7, submission), parsed::add);
        return parsed.get(0);
    }

    private static Submission submission(
            long deadlineMs, @Nullable String apiVersion, @Nullable String refusal) {
        return new Submission(
                "a", "anthropic", "msgbatch_1", "workspace", 4, deadlineMs, apiVersion, refusal);
    }
}
