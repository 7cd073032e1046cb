package io.millrace.gpu.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Writes safetensors files, well formed or not. */
public final class SafetensorsWriter {

    private SafetensorsWriter() {}

    public static Path write(Path file, List<StoredTensor> tensors) throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        StringBuilder header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
        for (StoredTensor tensor : tensors) {
            long begin = data.size();
            data.write(tensor.bytes());
            header.append(',')
                    .append(
                            entry(
                                    tensor.name(),
                                    tensor.type().name(),
                                    tensor.shape(),
                                    begin,
                                    data.size()));
        }
        return write(file, header.append('}').toString(), data.toByteArray());
    }

    static String entry(String name, String dtype, long[] shape, long begin, long end) {
        String dimensions =
                Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(","));
        return "\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
                .formatted(name, dtype, dimensions, begin, end);
    }

    static Path write(Path file, String header, byte[] data) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return write(file, text.length, text, data);
    }

    static Path write(Path file, long headerLength, byte[] header, byte[] data) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(8 + header.length + data.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(headerLength)
                        .put(header)
                        .put(data);
        return Files.write(file, bytes.array());
    }
}
