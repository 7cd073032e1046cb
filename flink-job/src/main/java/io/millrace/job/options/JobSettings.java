package io.millrace.job.options;

import io.millrace.core.schedule.policy.WaitingPolicies;
import io.millrace.core.speculate.TypicalAcceptance;
import io.millrace.gpu.draft.LookaheadSettings;
import io.millrace.gpu.draft.SpeculationSettings;
import io.millrace.gpu.engine.EngineSettings;
import io.millrace.gpu.predict.PredictorSettings;
import io.millrace.gpu.program.WeightFormat;
import io.millrace.operators.batch.BatchSettings;
import io.millrace.operators.route.RoutePlan;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.jspecify.annotations.Nullable;

/**
 * The options of a job as validated values. Immutable.
 *
 * @param engines how many engines the job has
 * @param routing how requests find their engine, and the keys that they are spread over
 * @param batches null if the job does not track any
 * @param batch names the job anew each time that settings are read
 */
public record JobSettings(
        EngineSettings engine,
        int engines,
        RoutePlan routing,
        RequestSettings requests,
        BatchSettings batch,
        KafkaSettings kafka,
        @Nullable BatchesSettings batches) {

    private static final String AUTOMATIC = "auto";

    /**
     * Reads and checks every option.
     *
     * @throws ConfigurationException naming the key and the rule that its value breaks
     */
    public static JobSettings from(Configuration configuration) {
        AllOptions.checkTypes(configuration);
        try {
            return new JobSettings(
                    engine(configuration),
                    atLeastOne(configuration, EngineOptions.PARALLELISM),
                    new RoutePlan(
                            configuration.get(RoutingOptions.POLICY),
                            atLeastOne(configuration, SchedulingOptions.LANES),
                            atLeastOne(configuration, EngineOptions.PARALLELISM)),
                    RequestSettings.from(configuration),
                    batch(configuration),
                    KafkaSettings.from(configuration),
                    BatchesSettings.from(configuration));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }

    private static EngineSettings engine(ReadableConfig options) {
        String model = options.getOptional(EngineOptions.MODEL).orElse("");
        if (model.isEmpty()) {
            throw new ConfigurationException(
                    EngineOptions.MODEL.key()
                            + ": not set (expected: the folder or .gguf file of a model)");
        }
        return new EngineSettings(
                model,
                options.get(EngineOptions.DEVICE),
                weightFormat(options.get(EngineOptions.DTYPE)),
                options.get(EngineOptions.THREADS),
                options.get(EngineOptions.KV_CACHE_MEMORY).getBytes(),
                options.get(EngineOptions.KV_CACHE_BLOCK_SIZE),
                options.get(EngineOptions.MAX_SEQUENCES),
                options.get(EngineOptions.TOKEN_BUDGET),
                options.get(SchedulingOptions.POLICY),
                options.get(SchedulingOptions.ADMISSION),
                options.get(SchedulingOptions.ADMISSION_RESERVE),
                predictor(options),
                speculation(options));
    }

    private static @Nullable PredictorSettings predictor(ReadableConfig options) {
        boolean trained =
                options.get(PredictionOptions.ESTIMATOR) == PredictionOptions.Estimator.TRAINED;
        String directory = options.getOptional(PredictionOptions.DIRECTORY).orElse(null);
        if (trained != (directory != null)) {
            throw new ConfigurationException(
                    "%s: %s (expected: a directory where %s is trained, and only there)"
                            .formatted(
                                    PredictionOptions.DIRECTORY.key(),
                                    directory == null ? "not set" : directory,
                                    PredictionOptions.ESTIMATOR.key()));
        }
        boolean online = options.get(PredictionOptions.ONLINE);
        if (directory == null) {
            if (online) {
                throw new ConfigurationException(
                        "%s: true (expected: false unless %s is trained)"
                                .formatted(
                                        PredictionOptions.ONLINE.key(),
                                        PredictionOptions.ESTIMATOR.key()));
            }
            return null;
        }
        return new PredictorSettings(directory, online);
    }

    private static BatchSettings.Prediction prediction(ReadableConfig options) {
        return options.get(PredictionOptions.ONLINE)
                ? BatchSettings.Prediction.CORRECTED
                : options.get(PredictionOptions.ESTIMATOR).prediction();
    }

    private static SpeculationSettings speculation(ReadableConfig options) {
        SpeculationSettings settings =
                SpeculationSettings.of(
                                options.get(SpeculationOptions.METHOD),
                                options.getOptional(SpeculationOptions.DRAFT)
                                        .orElse(List.of())
                                        .toArray(String[]::new))
                        .withTree(
                                options.get(SpeculationOptions.MAX_DEPTH),
                                options.get(SpeculationOptions.MAX_NODES),
                                options.get(SpeculationOptions.BRANCHING))
                        .withTree(options.get(SpeculationOptions.TREE))
                        .withVocabulary(options.get(SpeculationOptions.VOCABULARY))
                        .withPlanner(options.get(SpeculationOptions.PLANNER))
                        .withLookahead(
                                new LookaheadSettings(
                                        options.get(SpeculationOptions.LOOKAHEAD_NGRAM),
                                        options.get(SpeculationOptions.LOOKAHEAD_WINDOW),
                                        options.get(SpeculationOptions.LOOKAHEAD_GUESSES)));
        return switch (options.get(SpeculationOptions.ACCEPTANCE)) {
            case LOSSLESS -> settings;
            case TYPICAL -> settings.withTypicalAcceptance(typical(options));
        };
    }

    private static TypicalAcceptance typical(ReadableConfig options) {
        try {
            return new TypicalAcceptance(
                    options.get(SpeculationOptions.TYPICAL_EPSILON),
                    options.get(SpeculationOptions.TYPICAL_DELTA));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("engine.speculation.typical." + e.getMessage(), e);
        }
    }

    private static BatchSettings batch(ReadableConfig options) {
        return new BatchSettings(
                UUID.randomUUID().toString(),
                atLeastOne(options, SchedulingOptions.QUEUE_CAPACITY),
                options.get(SchedulingOptions.QUEUE_TOKENS),
                options.get(SchedulingOptions.POLICY),
                bucketOrder(options),
                prediction(options),
                options.get(RequestOptions.CANCELLATION_WINDOW).toMillis());
    }

    private static String bucketOrder(ReadableConfig options) {
        String order = options.get(SchedulingOptions.BUCKET_ORDER);
        if (!WaitingPolicies.orders().contains(order)) {
            throw new ConfigurationException(
                    "%s: %s (expected: one of %s)"
                            .formatted(
                                    SchedulingOptions.BUCKET_ORDER.key(),
                                    order,
                                    String.join(", ", WaitingPolicies.orders())));
        }
        return order;
    }

    private static @Nullable WeightFormat weightFormat(String name) {
        if (name.equals(AUTOMATIC)) {
            return null;
        }
        List<WeightFormat> formats = Arrays.asList(WeightFormat.values());
        return formats.stream()
                .filter(format -> format.optionName().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new ConfigurationException(
                                        "%s: %s (expected: auto, %s)"
                                                .formatted(
                                                        EngineOptions.DTYPE.key(),
                                                        name,
                                                        String.join(
                                                                ", ",
                                                                formats.stream()
                                                                        .map(
                                                                                WeightFormat
                                                                                        ::optionName)
                                                                        .toList()))));
    }

    static int atLeastOne(ReadableConfig options, ConfigOption<Integer> option) {
        int value = options.get(option);
        if (value < 1) {
            throw new ConfigurationException(
                    option.key() + ": " + value + " (expected: 1 or more)");
        }
        return value;
    }
}
