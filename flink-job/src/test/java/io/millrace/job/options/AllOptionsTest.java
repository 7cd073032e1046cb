package io.millrace.job.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.Test;

/** Keys and defaults are a promise to configurations that exist: a change must be made here too. */
class AllOptionsTest {

    private static final Map<String, String> KEYS_AND_DEFAULTS =
            Map.ofEntries(
                    Map.entry("engine.model", "none"),
                    Map.entry("engine.device", "auto"),
                    Map.entry("engine.dtype", "auto"),
                    Map.entry("engine.threads", "0"),
                    Map.entry("engine.kv-cache.memory", "0 bytes"),
                    Map.entry("engine.kv-cache.block-size", "16"),
                    Map.entry("engine.max-sequences", "64"),
                    Map.entry("engine.token-budget", "512"),
                    Map.entry("engine.parallelism", "1"),
                    Map.entry("engine.speculation.method", "none"),
                    Map.entry("engine.speculation.draft", "none"),
                    Map.entry("engine.speculation.lookahead.guesses", "7"),
                    Map.entry("engine.speculation.lookahead.ngram", "5"),
                    Map.entry("engine.speculation.lookahead.window", "7"),
                    Map.entry("engine.speculation.max-depth", "7"),
                    Map.entry("engine.speculation.max-nodes", "60"),
                    Map.entry("engine.speculation.branching", "10"),
                    Map.entry("engine.speculation.vocabulary", "0"),
                    Map.entry("engine.speculation.tree", "confidence"),
                    Map.entry("engine.speculation.acceptance", "LOSSLESS"),
                    Map.entry("engine.speculation.typical.epsilon", "0.09"),
                    Map.entry("engine.speculation.typical.delta", "0.3"),
                    Map.entry("engine.speculation.planner", "GOODPUT"),
                    Map.entry("scheduling.policy", "bucketserve"),
                    Map.entry("scheduling.admission", "past-future"),
                    Map.entry("scheduling.admission.reserve", "0.05"),
                    Map.entry("scheduling.bucket-order", "fcfs"),
                    Map.entry("scheduling.queue-capacity", "10000"),
                    Map.entry("scheduling.queue-tokens", "20000000"),
                    Map.entry("scheduling.lanes", "128"),
                    Map.entry("prediction.estimator", "histogram"),
                    Map.entry("prediction.directory", "none"),
                    Map.entry("prediction.online", "false"),
                    Map.entry("routing.policy", "lanes"),
                    Map.entry("requests.model-names", "[]"),
                    Map.entry("requests.max-size", "8 mb"),
                    Map.entry("requests.deduplication-window", "PT0S"),
                    Map.entry("requests.cancellation-window", "PT1H"),
                    Map.entry("requests.generation-defaults", "model"),
                    Map.entry("delivery.guarantee", "exactly-once"),
                    Map.entry("batches.results-dir", "none"),
                    Map.entry("batches.topic", "millrace.batches"),
                    Map.entry("batches.arrow-results", "false"),
                    Map.entry("batches.publish-interval", "PT1S"),
                    Map.entry("batches.abandon-after", "PT24H"),
                    Map.entry("kafka.bootstrap-servers", "localhost:9092"),
                    Map.entry("kafka.group-id", "millrace"),
                    Map.entry("kafka.transactional-id-prefix", "millrace"),
                    Map.entry("kafka.transaction-timeout", "PT15M"),
                    Map.entry("kafka.topic.requests", "millrace.requests"),
                    Map.entry("kafka.topic.control", "millrace.control"),
                    Map.entry("kafka.topic.results", "millrace.results"),
                    Map.entry("kafka.topic.deadletter", "millrace.deadletter"),
                    Map.entry("kafka.properties", "{}"));

    @Test
    void keysAndDefaultsAreThese() {
        Map<String, String> found = new TreeMap<>();
        for (ConfigOption<?> option : AllOptions.all()) {
            found.put(
                    option.key(),
                    option.hasDefaultValue() ? option.defaultValue().toString() : "none");
        }

        assertThat(found).isEqualTo(new TreeMap<>(KEYS_AND_DEFAULTS));
    }

    @Test
    void everyOptionSaysWhatItDoes() {
        assertThat(AllOptions.all())
                .allSatisfy(o -> assertThat(o.description().getBlocks()).as(o.key()).isNotEmpty());
    }

    @Test
    void ownKeysThatDoNotExistAreRefusedWithTheNearest() {
        assertThat(AllOptions.complaintAbout("engine.max-sequence"))
                .hasValue(
                        "engine.max-sequence: no such option (expected: a key of docs/options.md;"
                                + " nearest: engine.max-sequences)");
        assertThat(AllOptions.complaintAbout("kafka.properties.security.protocol")).isEmpty();
        assertThat(AllOptions.complaintAbout("taskmanager.numberOfTaskSlots")).isEmpty();
    }
}
