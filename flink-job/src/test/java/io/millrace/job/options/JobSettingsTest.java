package io.millrace.job.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connectors.kafka.Delivery;
import io.millrace.core.speculate.TypicalAcceptance;
import io.millrace.gpu.draft.SpeculationSettings;
import io.millrace.gpu.engine.EngineSettings;
import io.millrace.gpu.program.WeightFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobSettingsTest {

    @TempDir private Path folder;

    @Test
    void defaultsAreTheEnginesOwn() {
        JobSettings settings = JobSettings.from(ConfigurationFiles.of(Map.of("engine.model", "m")));

        assertThat(settings.engine())
                .isEqualTo(
                        new EngineSettings(
                                "m",
                                "auto",
                                null,
                                0,
                                0,
                                16,
                                64,
                                512,
                                "bucketserve",
                                "past-future",
                                0.05,
                                null,
                                SpeculationSettings.OFF));
        assertThat(settings.engines()).isEqualTo(1);
        assertThat(settings.kafka().delivery())
                .isEqualTo(new Delivery.ExactlyOnce("millrace", Duration.ofMinutes(15)));
    }

    @Test
    void readsHowTokensAreDrafted() {
        Map<String, String> given = new HashMap<>();
        given.put("engine.model", "m");
        given.put("engine.speculation.method", "draft-model");
        given.put("engine.speculation.draft", "small;smaller");
        given.put("engine.speculation.acceptance", "typical");
        given.put("engine.speculation.typical.delta", "0.2");

        SpeculationSettings speculation =
                JobSettings.from(ConfigurationFiles.of(given)).engine().speculation();

        assertThat(speculation.drafts()).containsExactly("small", "smaller");
        assertThat(speculation.typical()).isEqualTo(new TypicalAcceptance(0.09, 0.2));
        assertThat(speculation.description())
                .isEqualTo("draft-model, typical acceptance (not lossless)");

        given.put("engine.speculation.typical.delta", "3");
        assertThatThrownBy(() -> JobSettings.from(ConfigurationFiles.of(given)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("engine.speculation.typical.delta: 3.0 (expected: above 0, at most 1)");
    }

    @Test
    void nestedAndDottedKeysOfAFileAndTheCommandLineMeanTheSame() throws IOException {
        Path file = folder.resolve("job.yaml");
        Files.writeString(
                file,
                """
                engine:
                  model: m
                  dtype: int8
                  kv-cache:
                    memory: 64 mb
                scheduling.policy: sjf
                requests.model-names: a;b
                execution.checkpointing.interval: 2 s
                """);

        JobSettings settings = JobSettings.from(ConfigurationFiles.read(file));

        assertThat(settings.engine().chosenDtype()).hasValue(WeightFormat.INT8);
        assertThat(settings.engine().kvCacheBytes()).isEqualTo(64L << 20);
        assertThat(settings.engine().policy()).isEqualTo("sjf");
        assertThat(settings.batch().policy()).isEqualTo("sjf");
        assertThat(settings.batch().bucketOrder()).isEqualTo("fcfs");
        assertThat(settings.requests().modelNames()).containsExactlyInAnyOrder("a", "b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    engine.dtype | fp8 | engine.dtype: fp8 (expected: auto, fp32, bf16, int8)
                    engine.device | tpu | engine.device: tpu (expected: auto, cpu or cuda:N)
                    engine.threads | -1 | engine.threads: -1 (expected: 0 for all cores, or more)
                    engine.threads | many | engine.threads
                    engine.parallelism | 0 | engine.parallelism: 0 (expected: 1 or more)
                    scheduling.bucket-order | lifo | scheduling.bucket-order: lifo (expected: one of
                    scheduling.bucket-order | vtc | scheduling.bucket-order: vtc (expected: one of
                    scheduling.policy | lifo | scheduling.policy: lifo (expected: one of
                    scheduling.policy | isrtf(old=1) | scheduling.policy: isrtf(old) (expected: one of ageing, margin)
                    scheduling.admission | never | scheduling.admission: never
                    scheduling.admission.reserve | 0.9 | scheduling.admission.reserve: 0.9
                    engine.token-budget | 10 | engine.token-budget: 10 (expected: at least
                    delivery.guarantee | twice | delivery.guarantee
                    kafka.transaction-timeout | 1 min | execution.checkpointing
                    prediction.estimator | oracle | prediction.estimator
                    prediction.estimator | trained | prediction.directory
                    prediction.online | true | prediction.online: true (expected: false unless prediction.estimator is trained)
                    routing.policy | freeness | routing.policy
                    prediction.directory | somewhere | prediction.directory
                    requests.max-size | 3 gb | requests.max-size
                    requests.generation-defaults | vllm | requests.generation-defaults
                    """)
    void wrongValuesAreRefusedWithKeyAndRule(String key, String value, String expected) {
        Map<String, String> settings = new HashMap<>(Map.of("engine.model", "m"));
        settings.put(key, value);
        Configuration configuration = ConfigurationFiles.of(settings);

        assertThatThrownBy(() -> JobSettings.from(configuration))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void aJobWithoutModelIsRefused() {
        assertThatThrownBy(() -> JobSettings.from(new Configuration()))
                .hasMessage(
                        "engine.model: not set (expected: the folder or .gguf file of a model)");
    }

    @Test
    void filesThatAreNoOptionsAreRefused() throws IOException {
        Path file = folder.resolve("job.yaml");
        Files.writeString(file, "engine: [1, 2\n");

        assertThatThrownBy(() -> ConfigurationFiles.read(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("job.yaml: not a YAML map of options");
        assertThatThrownBy(() -> ConfigurationFiles.read(folder.resolve("none.yaml")))
                .hasMessageContaining("expected: a YAML file that exists");
    }
}
