package io.millrace.core.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceFormatTest {

    @Test
    void readsAzure() throws IOException {
        List<TraceRequest> trace =
                read(
                        """
                        TIMESTAMP,ContextTokens,GeneratedTokens
                        2023-11-16 18:15:46.6805900,374,44
                        2023-11-16 18:15:50.9951690,396,109
                        """);

        assertThat(trace).hasSize(2);
        assertThat(trace.get(1).arrivalMs())
                .isCloseTo(4_314.579, org.assertj.core.data.Offset.offset(0.01));
        assertThat(trace.get(1).promptTokens()).isEqualTo(396);
        assertThat(trace.get(1).outputTokens()).isEqualTo(109);
    }

    @Test
    void readsMooncakeWithItsPrefixBlocks() throws IOException {
        List<TraceRequest> trace =
                read(
                        """
                        {"timestamp": 10, "input_length": 1030, "output_length": 6, "hash_ids": [0, 1, 2]}
                        {"timestamp": 3010, "input_length": 600, "output_length": 4, "hash_ids": [0, 7]}
                        """);

        assertThat(trace.get(0).prefix()).containsExactly(0L, 1L, 2L);
        assertThat(trace.get(1).arrivalMs()).isEqualTo(3_000);
    }

    @Test
    void readsLengthsWithoutTimes() throws IOException {
        assertThat(
                        read(
                                """
                                num_prefill_tokens,num_decode_tokens,num_total_tokens,pd_ratio
                                3772,54,3826,69.8
                                10,0,10,0
                                """))
                .containsExactly(new TraceRequest(0, 3_772, 54, TraceRequest.NO_TENANT, List.of()));
    }

    @Test
    void readsResultsInTheOrderInWhichTheirRequestsCame() throws IOException {
        List<TraceRequest> trace =
                read(
                        """
                        {"id":"b","output":{"text":"\\"usage\\":{\\"input_tokens\\":7"},"usage":{"input_tokens":20,"output_tokens":5,"cached_tokens":0},"error":null,"timing":{"arrival_ms":1000,"started_ms":1900}}
                        {"id":"a","output":null,"usage":{"input_tokens":10,"output_tokens":3,"cached_tokens":0},"error":null,"timing":{"arrival_ms":1000,"started_ms":1100}}
                        {"id":"c","output":null,"usage":{"input_tokens":30,"output_tokens":0,"cached_tokens":0},"error":null,"timing":{"arrival_ms":900,"started_ms":0}}
                        """);

        assertThat(trace)
                .containsExactly(
                        new TraceRequest(100, 10, 3, TraceRequest.NO_TENANT, List.of()),
                        new TraceRequest(100, 20, 5, TraceRequest.NO_TENANT, List.of()));
    }

    @Test
    void namesTheLineThatIsWrong() {
        assertThatThrownBy(
                        () ->
                                read(
                                        """
                                        TIMESTAMP,ContextTokens,GeneratedTokens
                                        2023-11-16 18:15:46.6805900,374,44
                                        yesterday,374,44
                                        """))
                .hasMessage(
                        "line 3: yesterday,374,44 (expected: a line of a trace in the form azure)");
        assertThatThrownBy(() -> read("{\"hash_ids\": [1], \"timestamp\": 1}"))
                .hasMessageStartingWith("line 1: {");
        assertThatThrownBy(() -> read("a,b\n")).hasMessageStartingWith("line 1: a,b (expected:");
        assertThatThrownBy(() -> read("")).hasMessageContaining("expected: a trace");
        assertThatThrownBy(() -> read("TIMESTAMP,ContextTokens,GeneratedTokens\n"))
                .hasMessageContaining("no requests");
    }

    private static List<TraceRequest> read(String text) throws IOException {
        return TraceFormat.read(new StringReader(text));
    }
}
