package io.millrace.gpu.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Opens safetensors files by their headers. A file is 8 bytes of header length, the header (JSON:
 * name to dtype, shape and data offsets) and the data, in which tensors neither overlap nor leave
 * holes. Source: the format's README and {@code validate} of its reference reader. Every fault is a
 * {@link ModelFormatException}.
 */
public final class SafetensorsReader {

    /** The limit of the reference reader. */
    private static final long MAX_HEADER = 100_000_000;

    private static final String METADATA = "__metadata__";

    private SafetensorsReader() {}

    /** Opens one file, or, given a {@code *.index.json}, the shards that it names beside it. */
    public static WeightSource open(Path file) {
        if (file.toString().endsWith(".index.json")) {
            return sharded(file);
        }
        return new MappedTensors(file, tensors(file));
    }

    private static WeightSource sharded(Path index) {
        JsonFields map =
                JsonFields.read(index)
                        .object("weight_map")
                        .orElseThrow(() -> new ModelFormatException(index, "weight_map: missing"));
        Map<String, WeightSource> shards = new LinkedHashMap<>();
        List<TensorInfo> result = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : map.entries()) {
            String shard = map.text(entry.getKey()).orElse("");
            if (shard.isEmpty() || shard.startsWith(".") || shard.matches(".*[/\\\\].*")) {
                throw map.wrong(entry.getKey(), shard, "the name of a file beside the index");
            }
            WeightSource source =
                    shards.computeIfAbsent(shard, name -> open(index.resolveSibling(name)));
            result.add(source.info(entry.getKey()));
        }
        return new MappedTensors(index, result);
    }

    private static List<TensorInfo> tensors(Path file) {
        long size = size(file);
        if (size < 8) {
            throw ModelFormatException.of(file, "size", size, "at least 8 bytes");
        }
        long headerLength = MappedTensors.map(file, 0, 8).getLong();
        if (headerLength < 2 || headerLength > Math.min(MAX_HEADER, size - 8)) {
            throw ModelFormatException.of(
                    file,
                    "header length",
                    Long.toUnsignedString(headerLength),
                    "2 to " + Math.min(MAX_HEADER, size - 8) + " in a file of " + size + " bytes");
        }
        byte[] header = new byte[(int) headerLength];
        ByteBuffer mapped = MappedTensors.map(file, 8, headerLength);
        mapped.get(header);
        JsonFields fields = JsonFields.parse(file, header);
        List<TensorInfo> tensors = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : fields.entries()) {
            if (!entry.getKey().equals(METADATA)) {
                JsonFields tensor =
                        fields.object(entry.getKey())
                                .orElseThrow(() -> fields.wrong(entry.getKey(), null, "an object"));
                tensors.add(tensor(tensor, entry.getKey(), 8 + headerLength, size));
            }
        }
        checkLayout(file, tensors, 8 + headerLength, size);
        return tensors;
    }

    private static TensorInfo tensor(JsonFields fields, String name, long dataStart, long size) {
        String dtype = fields.text("dtype").orElse("missing");
        TensorType type =
                TensorType.ofSafetensors(dtype)
                        .orElseThrow(() -> fields.wrong("dtype", dtype, "a dtype of safetensors"));
        long[] shape = fields.longs("shape");
        long[] offsets = fields.longs("data_offsets");
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw fields.wrong("data_offsets", offsetsText(offsets), "begin and end");
        }
        if (offsets[1] > size - dataStart) {
            throw fields.wrong(
                    "data_offsets",
                    offsetsText(offsets),
                    "within the " + (size - dataStart) + " bytes of data: the file is truncated");
        }
        long bytes = offsets[1] - offsets[0];
        TensorInfo info =
                new TensorInfo(name, type, shape, fields.file(), dataStart + offsets[0], bytes);
        long expected = TensorShapes.bytes(fields.file(), name, type, shape);
        if (bytes != expected) {
            throw fields.wrong(
                    "data_offsets",
                    offsetsText(offsets),
                    expected + " bytes for " + TensorShapes.text(type, shape));
        }
        return info;
    }

    private static String offsetsText(long[] offsets) {
        return Arrays.toString(offsets);
    }

    private static void checkLayout(
            Path file, List<TensorInfo> tensors, long dataStart, long size) {
        List<TensorInfo> sorted = new ArrayList<>(tensors);
        sorted.sort(
                Comparator.comparingLong(TensorInfo::offset).thenComparingLong(TensorInfo::bytes));
        long end = dataStart;
        for (TensorInfo tensor : sorted) {
            if (tensor.offset() != end) {
                throw ModelFormatException.of(
                        file,
                        "tensor " + tensor.name() + ": begins at",
                        tensor.offset() - dataStart,
                        (end - dataStart) + ": tensors neither overlap nor leave holes");
            }
            end += tensor.bytes();
        }
        if (end != size) {
            throw ModelFormatException.of(
                    file, "size", size, end + " bytes: the end of the last tensor");
        }
    }

    static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw ModelFormatException.unreadable(file, e);
        }
    }
}
