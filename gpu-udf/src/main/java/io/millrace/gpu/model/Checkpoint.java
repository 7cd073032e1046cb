package io.millrace.gpu.model;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * A directory with {@code config.json} and tensors that are no model by themselves: draft heads.
 * Whatever is asked of it is checked, and what does not fit is a {@link ModelFormatException} that
 * names file, field or tensor, what was found and what was expected. Immutable; any thread.
 */
public final class Checkpoint {

    private final Path tensors;
    private final JsonFields config;
    private final WeightSource source;

    private Checkpoint(Path tensors, JsonFields config, WeightSource source) {
        this.tensors = tensors;
        this.config = config;
        this.source = source;
    }

    /**
     * Opens a directory.
     *
     * @param names safetensors files that the layout may have, the first that is there counts
     */
    public static Checkpoint open(Path directory, List<String> names) {
        if (!Files.isDirectory(directory)) {
            throw new ModelFormatException(directory, "no such directory");
        }
        for (String name : names) {
            Path file = directory.resolve(name);
            if (Files.isRegularFile(file)) {
                JsonFields config = JsonFields.read(directory.resolve("config.json"));
                return new Checkpoint(file, config, SafetensorsReader.open(file));
            }
        }
        throw ModelFormatException.of(
                directory, "tensors", "none", String.join(" or ", names) + " beside config.json");
    }

    /** Whether a directory has such a file with that tensor. */
    public static boolean holds(Path directory, List<String> names, String tensor) {
        return Files.isRegularFile(directory.resolve("config.json"))
                && names.stream().anyMatch(name -> Files.isRegularFile(directory.resolve(name)))
                && open(directory, names).has(tensor);
    }

    /** The directory. */
    public Path directory() {
        return tensors.resolveSibling(".").normalize();
    }

    /** A text of {@code config.json}. */
    public String text(String field) {
        return config.text(field).orElseThrow(() -> config.wrong(field, null, "a text"));
    }

    /** An integer of {@code config.json}. */
    public int integer(String field) {
        return config.integer(field);
    }

    /** An integer of {@code config.json}, or what it is where it is not stated. */
    public int integer(String field, int absent) {
        OptionalInt value = config.optionalInteger(field);
        return value.orElse(absent);
    }

    /** A number of {@code config.json}, or what it is where it is not stated. */
    public double number(String field, double absent) {
        return config.number(field, absent);
    }

    /** A yes or no of {@code config.json}, or what it is where it is not stated. */
    public boolean flag(String field, boolean absent) {
        return config.flag(field, absent);
    }

    /** An integer or a list of integers of {@code config.json}; empty where it is not stated. */
    public List<Integer> integers(String field) {
        return config.integers(field);
    }

    /** Refuses a field of {@code config.json}, naming it. */
    public ModelFormatException wrongField(String field, Object found, String expected) {
        return config.wrong(field, found, expected);
    }

    /** Refuses a field of {@code config.json} that has not the value it must have. */
    public void require(String field, int expected, String why) {
        int found = config.integer(field);
        if (found != expected) {
            throw config.wrong(field, found, expected + ", " + why);
        }
    }

    /** Whether there is a tensor of that name. */
    public boolean has(String name) {
        return source.names().contains(name);
    }

    /** A tensor's dimensions, outermost first. */
    public long[] shape(String name) {
        return info(name, "any shape").shape().clone();
    }

    /**
     * Refuses a tensor that is not there, not of that shape or not of numbers, by the file's header
     * alone.
     */
    public void require(String name, long... shape) {
        TensorInfo info = info(name, "shape " + Arrays.toString(shape));
        if (!Arrays.equals(info.shape(), shape)) {
            throw wrong(name, "shape", Arrays.toString(info.shape()), Arrays.toString(shape));
        }
        if (!info.type().readable()) {
            throw wrong(name, "type", info.type(), "one of " + TensorType.readableNames());
        }
    }

    /** The values of a tensor, row-major, which must have that shape. */
    public float[] floats(String name, long... shape) {
        require(name, shape);
        TensorInfo info = source.info(name);
        FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(info.elements()));
        source.readFloats(name, values);
        return values.array();
    }

    /** The values of a tensor of integers with one dimension. */
    public long[] tensorIntegers(String name) {
        TensorInfo info = info(name, "a list of integers");
        long[] result = new long[Math.toIntExact(info.elements())];
        ByteBuffer bytes = source.raw(name);
        for (int i = 0; i < result.length; i++) {
            result[i] =
                    switch (info.type()) {
                        case I64 -> bytes.getLong();
                        case I32 -> bytes.getInt();
                        default -> throw wrong(name, "type", info.type(), "I64 or I32");
                    };
        }
        return result;
    }

    /** Whether each value of a tensor of truth values or bytes with one dimension is set. */
    public boolean[] flags(String name) {
        TensorInfo info = info(name, "a list of truth values");
        if (info.type() != TensorType.BOOL && info.type() != TensorType.U8) {
            throw wrong(name, "type", info.type(), "BOOL or U8");
        }
        boolean[] result = new boolean[Math.toIntExact(info.elements())];
        ByteBuffer bytes = source.raw(name);
        for (int i = 0; i < result.length; i++) {
            result[i] = bytes.get() != 0;
        }
        return result;
    }

    /** Refuses something of a tensor, naming it. */
    public ModelFormatException wrong(String name, String what, Object found, String expected) {
        return ModelFormatException.of(tensors, "tensor " + name + ": " + what, found, expected);
    }

    private TensorInfo info(String name, String expected) {
        if (!has(name)) {
            throw ModelFormatException.of(tensors, "tensor " + name, "missing", expected);
        }
        return source.info(name);
    }
}
