package io.millrace.job.options;

import io.millrace.job.options.OptionsReference.Section;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/** Every option of the job, by section of the reference. */
public final class AllOptions {

    static final List<Section> SECTIONS =
            List.of(
                    new Section("Engine", EngineOptions.class, ""),
                    new Section("Speculation", SpeculationOptions.class, ""),
                    new Section("Scheduling", SchedulingOptions.class, ""),
                    new Section("Prediction", PredictionOptions.class, ""),
                    new Section("Routing", RoutingOptions.class, ""),
                    new Section("Requests", RequestOptions.class, ""),
                    new Section(
                            "Delivery",
                            DeliveryOptions.class,
                            "How soon: `execution.checkpointing.interval`, Flink's, is 5 s unless"
                                    + " it is set."),
                    new Section("Batches", BatchesOptions.class, ""),
                    new Section("Kafka", KafkaOptions.class, ""));

    /** First parts of keys that are the job's own; any other belongs to Flink. */
    private static final List<String> OWN_PREFIXES =
            List.of(
                    "engine.",
                    "scheduling.",
                    "prediction.",
                    "routing.",
                    "requests.",
                    "delivery.",
                    "batches.",
                    "kafka.");

    private AllOptions() {}

    /** Every option. */
    public static List<ConfigOption<?>> all() {
        return SECTIONS.stream()
                .flatMap(section -> OptionsReference.optionsOf(section.holder()).stream())
                .toList();
    }

    /** What is wrong with a key that looks like one of the job's but is none. */
    static Optional<String> complaintAbout(String key) {
        boolean own = OWN_PREFIXES.stream().anyMatch(key::startsWith);
        boolean known =
                all().stream().anyMatch(o -> o.key().equals(key))
                        || key.startsWith(KafkaOptions.PROPERTIES.key() + ".");
        if (!own || known) {
            return Optional.empty();
        }
        return Optional.of(
                "%s: no such option (expected: a key of docs/options.md; nearest: %s)"
                        .formatted(key, nearest(key)));
    }

    /**
     * Reads every option that is set.
     *
     * @throws ConfigurationException if a value is not of the option's type
     */
    static void checkTypes(Configuration configuration) {
        for (ConfigOption<?> option : all()) {
            try {
                configuration.getOptional(option).ifPresent(Objects::requireNonNull);
            } catch (IllegalArgumentException e) {
                throw new ConfigurationException(
                        "%s: %s (expected: %s)"
                                .formatted(
                                        option.key(),
                                        configuration.toMap().get(option.key()),
                                        OptionsReference.typeOf(option)),
                        e);
            }
        }
    }

    private static String nearest(String key) {
        return all().stream()
                .map(ConfigOption::key)
                .min((a, b) -> Integer.compare(distance(key, a), distance(key, b)))
                .orElseThrow();
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int swapped = previous[j - 1] + change;
                current[j] = Math.min(swapped, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
