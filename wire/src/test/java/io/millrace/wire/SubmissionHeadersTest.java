package io.millrace.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.Service;
import io.millrace.core.request.Submission;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubmissionHeadersTest {

    private static final byte[] KEY = "id 1".getBytes(UTF_8);

    @Test
    void everyFieldComesBack() {
        Submission full =
                new Submission(
                        "id 1", "openai", "b", "w", 2.5, 99, "2026-10-21", "record: too large");
        Submission least =
                new Submission("id 1", "openai", null, "w", 1, Service.NO_DEADLINE, null, null);

        assertThat(SubmissionHeaders.read(KEY, headers(full))).isEqualTo(full);
        assertThat(SubmissionHeaders.read(KEY, headers(least))).isEqualTo(least);
    }

    @Test
    void aRecordOfOthersHasNone() {
        assertThat(SubmissionHeaders.read(KEY, new RecordHeaders())).isNull();
        RecordHeaders odd = new RecordHeaders();
        odd.add(RecordHeaderNames.DIALECT, null);
        odd.add(RecordHeaderNames.WORKSPACE, new byte[0]);
        assertThat(SubmissionHeaders.read(KEY, odd)).isNull();
    }

    @Test
    void aTimeThatIsNoneIsIgnored() {
        RecordHeaders headers =
                headers(new Submission("id 1", "openai", "b", "w", 1, Long.MAX_VALUE, null, null));
        headers.add(RecordHeaderNames.EXPIRES, "soon".getBytes(UTF_8));

        Submission read = SubmissionHeaders.read(KEY, headers);

        assertThat(read)
                .isEqualTo(
                        new Submission(
                                "id 1", "openai", "b", "w", 1, Service.NO_DEADLINE, null, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "much", "NaN", "0", "-1", "Infinity", "1e9"})
    void aWeightThatIsNoneIsEverybodys(String weight) {
        Submission heavy = new Submission("id 1", "openai", "b", "w", 3, 99, null, null);
        RecordHeaders headers = headers(heavy);
        headers.add(RecordHeaderNames.WEIGHT, weight.getBytes(UTF_8));

        assertThat(SubmissionHeaders.read(KEY, headers))
                .isEqualTo(new Submission("id 1", "openai", "b", "w", 1, 99, null, null));
    }

    @Test
    void aRecordOfAGatewayThatKnewNoWeightsIsRead() {
        RecordHeaders headers =
                headers(new Submission("id 1", "openai", "b", "w", 3, 99, null, null));
        headers.remove(RecordHeaderNames.WEIGHT);

        assertThat(SubmissionHeaders.read(KEY, headers))
                .isEqualTo(new Submission("id 1", "openai", "b", "w", 1, 99, null, null));
    }

    private static RecordHeaders headers(Submission submission) {
        RecordHeaders headers = new RecordHeaders();
        SubmissionHeaders.write(submission, headers);
        return headers;
    }
}
