package io.millrace.gpu.predict;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class FiniteNumberTest {

    private record Figures(double share, List<Double> shares) {}

    @Test
    void writesWhatJsonHasNoNumberForAsNull() throws JsonProcessingException {
        JsonMapper json = JsonMapper.builder().addModule(FiniteNumber.module()).build();

        String text =
                json.writeValueAsString(
                        new Figures(Double.NEGATIVE_INFINITY, List.of(Double.NaN, 0.5)));

        assertThat(text).isEqualTo("{\"share\":null,\"shares\":[null,0.5]}");
    }
}
