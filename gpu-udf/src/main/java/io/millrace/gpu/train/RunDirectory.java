package io.millrace.gpu.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a training writes to, and what it needs there to go on after an interruption: the answers,
 * and in {@code training/} what the run is, hidden states, losses, and the last checkpoint. For one
 * thread.
 */
final class RunDirectory {

    private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d+)\\.safetensors");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path directory;
    private final Path work;

    private RunDirectory(Path directory) {
        this.directory = directory;
        this.work = directory.resolve("training");
    }

    /**
     * Takes a directory that is empty, not there, or holds this very run.
     *
     * @param run what the run is, by the names of its options
     * @throws IllegalArgumentException if it holds anything else, naming the first difference
     */
    static RunDirectory claim(Path directory, Map<String, String> run) {
        RunDirectory claimed = new RunDirectory(directory);
        Path description = claimed.work.resolve("run.json");
        try {
            if (Files.exists(description)) {
                check(description, run);
                return claimed;
            }
            if (Files.exists(directory) && !isEmpty(directory)) {
                throw new IllegalArgumentException(
                        "output: %s holds other files (expected: an empty or new directory, or that of the same training)"
                                .formatted(directory));
            }
            Files.createDirectories(claimed.work);
            HeadLayout.write(description, run);
            return claimed;
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "output: %s: %s (expected: a directory that can be written to)"
                            .formatted(directory, e),
                    e);
        }
    }

    private static void check(Path description, Map<String, String> run) throws IOException {
        Map<String, String> found;
        try {
            found = JSON.readValue(description.toFile(), new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "output: %s is damaged (expected: a new directory)".formatted(description), e);
        }
        for (Map.Entry<String, String> entry : run.entrySet()) {
            String other = found.get(entry.getKey());
            if (!Objects.equals(other, entry.getValue())) {
                throw new IllegalArgumentException(
                        "%s: %s (expected: %s, as in the training that %s holds, or another output directory)"
                                .formatted(entry.getKey(), entry.getValue(), other, description));
            }
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    /** Where heads go. */
    Path heads() {
        return directory;
    }

    /** The model's own answers. */
    Path answers() {
        return directory.resolve("answers.jsonl");
    }

    /** Hidden states, complete if the file is there. */
    Path features() {
        return work.resolve("features.bin");
    }

    /** Where they are while they are not complete. */
    Path unfinishedFeatures() {
        return work.resolve("features.bin.unfinished");
    }

    private Path losses() {
        return work.resolve("losses.csv");
    }

    private Path result() {
        return directory.resolve(HeadTraining.RESULT);
    }

    /** What the run came to, if it is finished. */
    Optional<TrainingResult> finished() {
        if (!Files.exists(result())) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(result().toFile(), TrainingResult.class));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "output: %s is damaged (expected: a new directory)".formatted(result()), e);
        }
    }

    /** Ends the run: what was only needed to go on is removed. */
    void finish(TrainingResult result) {
        try {
            HeadLayout.write(result(), result);
            Files.deleteIfExists(features());
            for (Path checkpoint : checkpoints()) {
                Files.delete(checkpoint);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": cannot be tidied", e);
        }
    }

    /** Steps that the last checkpoint has learnt; 0 without one. */
    int checkpointStep() {
        return checkpoints().stream().mapToInt(RunDirectory::step).max().orElse(0);
    }

    /** The checkpoint after a step. */
    Path checkpoint(int step) {
        return work.resolve("checkpoint-" + step + ".safetensors");
    }

    /** Removes all checkpoints but that one. */
    void keepOnly(int step) {
        try {
            for (Path checkpoint : checkpoints()) {
                if (step(checkpoint) != step) {
                    Files.delete(checkpoint);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(work + ": cannot be tidied", e);
        }
    }

    private List<Path> checkpoints() {
        try (Stream<Path> files = Files.list(work)) {
            return files.filter(file -> step(file) > 0).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(work + ": cannot be read", e);
        }
    }

    private static int step(Path file) {
        Matcher matcher = CHECKPOINT.matcher(file.getFileName().toString());
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    /** Cross-entropies of the first guess of the first steps, as many as are asked for. */
    List<Double> losses(int steps) {
        List<Double> result = new ArrayList<>();
        if (steps > 0) {
            try (Stream<String> lines = Files.lines(losses())) {
                lines.limit(steps).forEach(line -> result.add(Double.valueOf(line)));
            } catch (IOException e) {
                throw new UncheckedIOException(losses() + ": cannot be read", e);
            }
        }
        return result;
    }

    /** Writes the cross-entropies of all steps since the first. */
    void saveLosses(List<Double> losses) {
        try {
            Files.write(losses(), losses.stream().map(String::valueOf).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(losses() + ": cannot be written", e);
        }
    }
}
