package io.millrace.gpu.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.ModelInfo;
import io.millrace.core.engine.PredictionStatistics;
import io.millrace.core.memory.BlockPool;
import io.millrace.core.request.QuantileShifts;
import io.millrace.core.schedule.Foresight;
import io.millrace.core.schedule.PrefixReuse;
import io.millrace.core.schedule.StepScheduler;
import io.millrace.core.schedule.policy.WaitingPolicies;
import io.millrace.core.speculate.DraftShape;
import io.millrace.gpu.cache.KvShape;
import io.millrace.gpu.decode.Decoder;
import io.millrace.gpu.decode.QueryGroups;
import io.millrace.gpu.decode.StepInputs;
import io.millrace.gpu.decode.StepWork;
import io.millrace.gpu.decode.TargetFeatures;
import io.millrace.gpu.draft.DraftCheckpoint;
import io.millrace.gpu.draft.DraftContext;
import io.millrace.gpu.draft.Drafter;
import io.millrace.gpu.draft.Drafters;
import io.millrace.gpu.draft.SpeculationSettings;
import io.millrace.gpu.model.ModelConfig;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.predict.GuardedForesight;
import io.millrace.gpu.predict.PredictorFiles;
import io.millrace.gpu.program.WeightFormat;
import io.millrace.gpu.tokenize.Tokenizer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything an engine's thread works with, loaded and sized by the settings. Closing it frees all
 * native memory.
 */
final class LoadedModel implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoadedModel.class);

    private final ModelInfo info;
    private final WeightFormat format;
    private final EndTokens ends;
    private final PtNDManager manager;
    private final Tokenizer tokenizer;
    private final Decoder decoder;
    private final TokenSampler sampler;
    private final BlockPool pool;
    private final @Nullable GuardedForesight trained;
    private final StepScheduler scheduler;
    private final Speculator speculator;
    private final QueryGroups groups;
    private final CpuTurn turn;
    private final StepThreads threads;

    private LoadedModel(EngineSettings settings, ModelDirectory model, Platform platform) {
        Device device = platform.device();
        ModelConfig config = model.config();
        this.info = model.info();
        this.format = platform.format();
        this.ends = new EndTokens(new HashSet<>(config.eosIds()));
        this.tokenizer = Tokenizer.open(model.tokenizerJson());
        this.manager = (PtNDManager) NDManager.newBaseManager(device, "PyTorch");
        KvShape shape = KvShape.of(config, settings.blockTokens(), format.kvType());
        List<DraftCheckpoint> drafts = drafts(settings.speculation(), model);
        TargetFeatures read = read(settings, model, drafts);
        long perBlock =
                shape.bytesPerBlock() + shape.bytesPerBlock(read.width(config.hiddenSize()));
        for (DraftCheckpoint draft : drafts) {
            perBlock += draft.bytesPerBlock(settings.blockTokens(), format.kvType());
        }
        int blocks = KvBudget.blocks(settings, perBlock, config.contextLength(), device);
        this.decoder = new Decoder(model, format, shape, blocks, read, manager);
        DraftContext context =
                new DraftContext(
                        manager, format, decoder.features(), blocks, settings.blockTokens());
        this.speculator =
                speculator(settings, drafts.stream().map(draft -> draft.load(context)).toList());
        this.sampler =
                new TokenSampler(
                        manager, config.vocabularySize(), settings.speculation().typical());
        if (settings.speculation().enabled() && settings.speculation().typical() != null) {
            LOG.warn(
                    "engine.speculation.acceptance is typical: sampled answers hold drafted tokens"
                            + " that are plausible, they do not follow the model's distribution");
        }
        this.pool = new BlockPool(blocks, settings.blockTokens());
        this.trained =
                settings.chosenPredictor()
                        .map(predictor -> GuardedForesight.open(predictor, model, decoder))
                        .orElse(null);
        Foresight foresight = trained == null ? settings.foresight() : trained;
        this.scheduler =
                new StepScheduler(
                        settings.scheduling(),
                        pool,
                        WaitingPolicies.named(settings.policy()),
                        settings.admissionRule(),
                        new StepScheduler.Extensions(foresight, PrefixReuse.NONE));
        this.groups = new QueryGroups(settings.blockTokens());
        this.turn = new CpuTurn(!device.isGpu());
        this.threads =
                StepThreads.of(platform, Platform.threads(settings), JniUtils::setNumThreads);
    }

    /**
     * Loads a model, for use by the calling thread.
     *
     * @throws IllegalStateException naming file and reason
     */
    static LoadedModel load(EngineSettings settings) {
        Platform.prepareThread(settings.threads());
        ModelDirectory model = ModelDirectory.open(Path.of(settings.model()));
        return new LoadedModel(settings, model, Platform.of(settings));
    }

    /** What drafters want stored of each token, and a predictor that reads hidden states. */
    private static TargetFeatures read(
            EngineSettings settings, ModelDirectory model, List<DraftCheckpoint> drafts) {
        TargetFeatures read = Drafters.features(drafts);
        TargetFeatures wanted =
                settings.chosenPredictor()
                        .map(predictor -> PredictorFiles.open(predictor.path(), model).features())
                        .orElse(TargetFeatures.NONE);
        if (!wanted.read()) {
            return read;
        }
        if (read.read() && !read.equals(wanted)) {
            throw new IllegalArgumentException(
                    "prediction.directory: it reads layer %s (expected: what engine.speculation.draft reads, %s; train-predictor --layer, or no drafter)"
                            .formatted(name(wanted), name(read)));
        }
        return wanted;
    }

    private static String name(TargetFeatures features) {
        return features.equals(TargetFeatures.FINAL) ? "after the last" : "" + features.taps();
    }

    private static List<DraftCheckpoint> drafts(
            SpeculationSettings settings, ModelDirectory model) {
        return settings.enabled() ? Drafters.open(settings, model) : List.of();
    }

    private static Speculator speculator(EngineSettings settings, List<Drafter> drafters) {
        List<DraftShape> shapes = drafters.stream().map(Drafter::shape).toList();
        return new Speculator(
                drafters, settings.speculation().planner(shapes), settings.tokenBudget());
    }

    ModelInfo info() {
        return info;
    }

    WeightFormat format() {
        return format;
    }

    BlockPool pool() {
        return pool;
    }

    StepScheduler scheduler() {
        return scheduler;
    }

    Decoder decoder() {
        return decoder;
    }

    TokenSampler sampler() {
        return sampler;
    }

    CpuTurn turn() {
        return turn;
    }

    StepThreads threads() {
        return threads;
    }

    TokenNames names() {
        return new TokenNames(tokenizer);
    }

    ActiveGeneration generation(GenerationTask task) {
        AnswerText text = new AnswerText(tokenizer, task.stop().strings());
        return new ActiveGeneration(task, text, ends, info.contextLength());
    }

    /** What the trained length predictor did, if there is one. */
    PredictionStatistics predictionStatistics() {
        return trained == null ? PredictionStatistics.NONE : trained.statistics();
    }

    /** Goes on correcting its quantiles from there. Any thread. */
    void correctPredictions(QuantileShifts shifts) {
        if (trained != null) {
            trained.correct(shifts);
        }
    }

    Speculator speculator() {
        return speculator;
    }

    StepInputs inputs(List<StepWork> work) {
        return new StepInputs(groups.of(work), pool.blockTokens());
    }

    @Override
    public void close() {
        speculator.close();
        if (trained != null) {
            trained.close();
        }
        sampler.close();
        decoder.close();
        manager.close();
        tokenizer.close();
    }
}
