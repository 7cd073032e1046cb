package io.millrace.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.Service;
import io.millrace.core.request.Submission;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class SubmissionHeadersTest {

    private static final byte[] KEY = "id 1".getBytes(UTF_8);

    @Test
    void everyFieldComesBack() {
        Submission full =
                new Submission("id 1", "openai", "b", "w", 99, "2026-10-21", "record: too large");
        Submission least =
                new Submission("id 1", "openai", null, "w", Service.NO_DEADLINE, null, null);

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
                headers(new Submission("id 1", "openai", "b", "w", Long.MAX_VALUE, null, null));
        headers.add(RecordHeaderNames.EXPIRES, "soon".getBytes(UTF_8));

        Submission read = SubmissionHeaders.read(KEY, headers);

        assertThat(read)
                .isEqualTo(
                        new Submission(
                                "id 1", "openai", "b", "w", Service.NO_DEADLINE, null, null));
    }

    private static RecordHeaders headers(Submission submission) {
        RecordHeaders headers = new RecordHeaders();
        SubmissionHeaders.write(submission, headers);
        return headers;
    }
}
