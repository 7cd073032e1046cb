package io.millrace.gpu.draft;

import io.millrace.gpu.cache.KvShape;
import io.millrace.gpu.decode.Decoder;
import io.millrace.gpu.decode.TargetFeatures;
import io.millrace.gpu.model.Checkpoint;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.model.ModelFormatException;
import io.millrace.gpu.program.TorchType;
import io.millrace.gpu.tokenize.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** A smaller model with the vocabulary of the one that answers: every id stands for the same. */
final class DraftModelCheckpoint implements DraftCheckpoint {

    private static final List<String> FILES = List.of("model.safetensors");

    private final SpeculationSettings settings;
    private final ModelDirectory draft;

    private DraftModelCheckpoint(SpeculationSettings settings, ModelDirectory draft) {
        this.settings = settings;
        this.draft = draft;
    }

    /** One model, or several whose trees are merged. */
    static DraftCheckpoint open(SpeculationSettings settings, ModelDirectory target) {
        if (settings.drafts().size() < 2) {
            return open(settings.requireDraft(), settings, target);
        }
        return new MergedCheckpoint(
                settings.drafts().stream()
                        .map(directory -> open(Path.of(directory), settings, target))
                        .toList());
    }

    private static DraftCheckpoint open(
            Path directory, SpeculationSettings settings, ModelDirectory target) {
        ModelDirectory draft = ModelDirectory.open(directory);
        int words = draft.config().vocabularySize();
        int expected = target.config().vocabularySize();
        if (words != expected) {
            throw ModelFormatException.of(
                    directory,
                    "vocabulary",
                    words + " words",
                    expected + ", as in " + target.name());
        }
        checkTokenizer(draft, target);
        return new DraftModelCheckpoint(settings, draft);
    }

    /** Whether a path holds a whole model: heads come with fewer tensors and other names. */
    static boolean isIn(Path path) {
        return path.toString().endsWith(".gguf")
                || Files.isRegularFile(path.resolve("model.safetensors.index.json"))
                || Checkpoint.holds(path, FILES, "model.embed_tokens.weight");
    }

    private static void checkTokenizer(ModelDirectory draft, ModelDirectory target) {
        try (Tokenizer own = Tokenizer.open(draft.tokenizerJson());
                Tokenizer expected = Tokenizer.open(target.tokenizerJson())) {
            OptionalInt difference = own.firstDifference(expected);
            if (difference.isPresent()) {
                int id = difference.getAsInt();
                throw ModelFormatException.of(
                        draft.tokenizerJson(),
                        "token " + id,
                        quoted(own, id),
                        quoted(expected, id) + ", as in " + target.tokenizerJson());
            }
        }
    }

    private static String quoted(Tokenizer tokenizer, int id) {
        return (tokenizer.isSpecial(id) ? "special " : "") + '"' + tokenizer.decodeToken(id) + '"';
    }

    @Override
    public TargetFeatures features() {
        return TargetFeatures.NONE;
    }

    @Override
    public long bytesPerBlock(int blockTokens, TorchType type) {
        return KvShape.of(draft.config(), blockTokens, type).bytesPerBlock();
    }

    @Override
    public Drafter load(DraftContext context) {
        KvShape kv = KvShape.of(draft.config(), context.blockTokens(), context.format().kvType());
        Decoder decoder =
                new Decoder(
                        draft,
                        context.format(),
                        kv,
                        context.blocks(),
                        TargetFeatures.NONE,
                        context.manager());
        return new ModelDrafter(
                settings, decoder, draft.config().contextLength(), context.blockTokens());
    }
}
