package io.millrace.connectors.arrow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InvalidRequestException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FloatingPointVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** The values of one row as JSON, with a bound on their size. Used by one thread. */
final class ArrowValues {

    private final int maxBytes;
    private long bytes;

    ArrowValues(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * The value of a column; null if it is null there.
     *
     * @throws InvalidRequestException if a text is not UTF-8 or the row is too large
     */
    @Nullable JsonNode read(String column, FieldVector vector, int index) {
        if (vector.isNull(index)) {
            return null;
        }
        if (vector instanceof VarCharVector texts) {
            return text(column, texts.getValueLength(index), () -> texts.get(index));
        }
        if (vector instanceof LargeVarCharVector texts) {
            return text(column, texts.getValueLength(index), () -> texts.get(index));
        }
        if (vector instanceof BaseIntVector integers) {
            return integer(integers.getValueAsLong(index));
        }
        if (vector instanceof FloatingPointVector numbers) {
            return DoubleNode.valueOf(numbers.getValueAsDouble(index));
        }
        if (vector instanceof BitVector flags) {
            return BooleanNode.valueOf(flags.get(index) != 0);
        }
        if (vector instanceof TimeStampVector times) {
            return LongNode.valueOf(unit(times).toMillis(times.get(index)));
        }
        if (vector instanceof StructVector struct) {
            return struct(column, struct, index);
        }
        return list(column, vector, index);
    }

    private JsonNode text(String column, int length, Supplier<byte[]> content) {
        check(column, length);
        count(length);
        try {
            return TextNode.valueOf(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(content.get()))
                            .toString());
        } catch (CharacterCodingException e) {
            throw new InvalidRequestException(
                    FailureCode.INVALID_TEXT,
                    column + ": bytes that are no text (expected: UTF-8)");
        }
    }

    private static JsonNode integer(long value) {
        return value == (int) value ? IntNode.valueOf((int) value) : LongNode.valueOf(value);
    }

    private static TimeUnit unit(TimeStampVector times) {
        return switch (((ArrowType.Timestamp) times.getField().getType()).getUnit()) {
            case SECOND -> TimeUnit.SECONDS;
            case MILLISECOND -> TimeUnit.MILLISECONDS;
            case MICROSECOND -> TimeUnit.MICROSECONDS;
            case NANOSECOND -> TimeUnit.NANOSECONDS;
        };
    }

    private JsonNode struct(String column, StructVector struct, int index) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (FieldVector child : struct.getChildrenFromFields()) {
            JsonNode value = read(column + "." + child.getName(), child, index);
            if (value != null) {
                object.set(child.getName(), value);
            }
        }
        return object;
    }

    private JsonNode list(String column, FieldVector vector, int index) {
        if (vector instanceof ListVector list) {
            return elements(
                    column,
                    list.getDataVector(),
                    list.getElementStartIndex(index),
                    list.getElementEndIndex(index));
        }
        if (vector instanceof LargeListVector list) {
            return elements(
                    column,
                    list.getDataVector(),
                    list.getElementStartIndex(index),
                    list.getElementEndIndex(index));
        }
        if (vector instanceof FixedSizeListVector list) {
            return elements(
                    column,
                    list.getDataVector(),
                    list.getElementStartIndex(index),
                    list.getElementEndIndex(index));
        }
        throw new IllegalStateException(
                "a type that the check of columns let pass: " + vector.getField());
    }

    private JsonNode elements(String column, FieldVector data, long start, long end) {
        check(column, end - start);
        count((end - start) * Integer.BYTES);
        ArrayNode array = JsonNodeFactory.instance.arrayNode((int) (end - start));
        for (long i = start; i < end; i++) {
            JsonNode value = read(column, data, (int) i);
            array.add(value == null ? NullNode.getInstance() : value);
        }
        return array;
    }

    private static void check(String column, long length) {
        if (length < 0) {
            throw new IllegalStateException("offsets of column " + column + " fall");
        }
    }

    private void count(long more) {
        bytes += more;
        if (bytes > maxBytes) {
            throw new InvalidRequestException(
                    FailureCode.REQUEST_TOO_LARGE,
                    "row: %d bytes or more (expected: at most %d)".formatted(bytes, maxBytes));
        }
    }
}
