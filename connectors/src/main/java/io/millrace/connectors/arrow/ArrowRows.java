package io.millrace.connectors.arrow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connectors.dialect.Dialects;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.InvalidRequestException;
import io.millrace.core.request.RequestReader;
import io.millrace.core.request.SamplingDefaults;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.ValueVectorUtility;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one record batch as requests. Each is read as the JSON object that it would be in the
 * native dialect, so that both follow the same rules. Used by one thread.
 */
final class ArrowRows implements AutoCloseable {

    private static final byte[] NO_BYTES = {};

    private final Map<String, FieldVector> columns;
    private final List<FieldVector> decoded;
    private final int maxRowBytes;

    private ArrowRows(
            Map<String, FieldVector> columns, List<FieldVector> decoded, int maxRowBytes) {
        this.columns = columns;
        this.decoded = decoded;
        this.maxRowBytes = maxRowBytes;
    }

    /**
     * Checks the columns and replaces codes of dictionaries by their values.
     *
     * @throws ColumnException naming the column
     */
    static ArrowRows of(
            VectorSchemaRoot root,
            DictionaryProvider dictionaries,
            BufferAllocator allocator,
            int maxRowBytes)
            throws ColumnException {
        checkNames(root.getSchema().getFields());
        Map<String, FieldVector> columns = new LinkedHashMap<>();
        List<FieldVector> decoded = new ArrayList<>();
        try {
            // The id first: whatever is wrong with the rest is answered to it.
            FieldVector id = root.getVector(ArrowColumn.ID.columnName());
            columns.put(id.getName(), id);
            for (FieldVector vector : root.getFieldVectors()) {
                if (!ArrowColumn.isIgnored(vector.getName())) {
                    FieldVector plain = plain(vector, dictionaries, allocator, decoded);
                    ArrowColumn.check(renamed(plain.getField(), vector.getName()));
                    columns.put(vector.getName(), plain);
                }
            }
            return new ArrowRows(columns, decoded, maxRowBytes);
        } catch (ColumnException | RuntimeException e) {
            decoded.forEach(FieldVector::close);
            throw e;
        }
    }

    private static void checkNames(List<Field> fields) throws ColumnException {
        Set<String> names = new HashSet<>();
        for (Field field : fields) {
            if (!names.add(field.getName())) {
                throw new ColumnException(field.getName(), "twice", "a column once");
            }
        }
        if (!names.contains(ArrowColumn.ID.columnName())) {
            throw new ColumnException(
                    ArrowColumn.ID.columnName(), "missing", ArrowColumn.ID.rule());
        }
    }

    private static FieldVector plain(
            FieldVector vector,
            DictionaryProvider dictionaries,
            BufferAllocator allocator,
            List<FieldVector> decoded) {
        DictionaryEncoding encoding = vector.getField().getDictionary();
        if (encoding == null) {
            return vector;
        }
        Dictionary dictionary = dictionaries.lookup(encoding.getId());
        ValueVectorUtility.validate(dictionary.getVector());
        FieldVector values = (FieldVector) DictionaryEncoder.decode(vector, dictionary, allocator);
        decoded.add(values);
        return values;
    }

    private static Field renamed(Field field, String name) {
        return new Field(name, field.getFieldType(), field.getChildren());
    }

    /** Reads one row. */
    RequestReader.Parsed read(int row, String key, long arrivalMs, SamplingDefaults sampling) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        try {
            ArrowValues values = new ArrowValues(maxRowBytes);
            for (Map.Entry<String, FieldVector> column : columns.entrySet()) {
                JsonNode value = values.read(column.getKey(), column.getValue(), row);
                if (value != null) {
                    object.set(column.getKey(), value);
                }
            }
        } catch (InvalidRequestException e) {
            return invalid(key, object, e.failure(), arrivalMs);
        }
        RequestReader.Parsed parsed =
                Dialects.read(new InputRecord(key, NO_BYTES, arrivalMs), object, sampling);
        return parsed instanceof RequestReader.Unreadable unreadable
                ? invalid(key, null, answerable(unreadable.failure()), arrivalMs)
                : parsed;
    }

    /** Only the id makes a row unreadable, and a row can be answered without one. */
    private static Failure answerable(Failure failure) {
        return new Failure(FailureCode.INVALID_REQUEST, failure.message());
    }

    private static RequestReader.Invalid invalid(
            String key, @Nullable ObjectNode object, Failure failure, long arrivalMs) {
        String id = object == null ? null : object.path("id").textValue();
        String model = object == null ? null : object.path("model").textValue();
        return new RequestReader.Invalid(
                key, id == null ? key : id, Dialects.NATIVE, model, failure, arrivalMs);
    }

    @Override
    public void close() {
        decoded.forEach(FieldVector::close);
    }
}
