package io.millrace.job.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.dialect.DialectSettings;
import io.millrace.core.request.SamplingDefaults;
import io.millrace.job.options.ConfigurationFiles;
import io.millrace.job.options.JobSettings;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobGraphsTest {

    private static final SamplingDefaults RECOMMENDED =
            new SamplingDefaults(null, 0.7f, 20, null, null);

    @Test
    void whatTheModelRecommendsHoldsUnlessItIsTurnedOff() {
        assertThat(dialects(Map.of()).sampling()).isEqualTo(RECOMMENDED);
        assertThat(dialects(Map.of("requests.generation-defaults", "model")).sampling())
                .isEqualTo(RECOMMENDED);
        assertThat(dialects(Map.of("requests.generation-defaults", "none")).sampling())
                .isEqualTo(SamplingDefaults.NONE);
    }

    private static DialectSettings dialects(Map<String, String> options) {
        Map<String, String> all = new HashMap<>(options);
        all.put("engine.model", "fake");
        return JobGraphs.dialects(
                JobSettings.from(ConfigurationFiles.of(all)).requests(), RECOMMENDED);
    }
}
