package io.millrace.connectors.parquet;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;

import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMilliTZVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/** Rows of Arrow batches as Parquet's records; the types are those that results have. Stateless. */
final class ArrowRows {

    // Names that the format prescribes for the two levels of a list.
    private static final String LIST = "list";
    private static final String ELEMENT = "element";

    private ArrowRows() {}

    static MessageType schema(List<Field> fields) {
        return new MessageType(
                "results", fields.stream().map(field -> type(field, field.getName())).toList());
    }

    private static Type type(Field field, String name) {
        return switch (field.getType().getTypeID()) {
            case Utf8 -> Types.optional(PrimitiveTypeName.BINARY).as(stringType()).named(name);
            case Int -> Types.optional(PrimitiveTypeName.INT32).named(name);
            case FloatingPoint -> Types.optional(PrimitiveTypeName.FLOAT).named(name);
            case Timestamp ->
                    Types.optional(PrimitiveTypeName.INT64)
                            .as(timestampType(true, TimeUnit.MILLIS))
                            .named(name);
            case Struct ->
                    Types.optionalGroup()
                            .addFields(
                                    field.getChildren().stream()
                                            .map(child -> type(child, child.getName()))
                                            .toArray(Type[]::new))
                            .named(name);
            case List ->
                    Types.optionalList()
                            .element(type(field.getChildren().get(0), ELEMENT))
                            .named(name);
            default -> throw unknown(field);
        };
    }

    static void write(VectorSchemaRoot batch, int row, RecordConsumer out) {
        out.startMessage();
        List<FieldVector> columns = batch.getFieldVectors();
        for (int i = 0; i < columns.size(); i++) {
            writeField(columns.get(i), row, columns.get(i).getName(), i, out);
        }
        out.endMessage();
    }

    private static void writeField(
            FieldVector vector, int row, String name, int index, RecordConsumer out) {
        if (!vector.isNull(row)) {
            out.startField(name, index);
            writeValue(vector, row, out);
            out.endField(name, index);
        }
    }

    private static void writeValue(FieldVector vector, int row, RecordConsumer out) {
        if (vector instanceof VarCharVector text) {
            out.addBinary(Binary.fromConstantByteArray(text.get(row)));
        } else if (vector instanceof IntVector integer) {
            out.addInteger(integer.get(row));
        } else if (vector instanceof Float4Vector number) {
            out.addFloat(number.get(row));
        } else if (vector instanceof TimeStampMilliTZVector time) {
            out.addLong(time.get(row));
        } else if (vector instanceof StructVector struct) {
            out.startGroup();
            List<FieldVector> parts = struct.getChildrenFromFields();
            for (int i = 0; i < parts.size(); i++) {
                writeField(parts.get(i), row, parts.get(i).getName(), i, out);
            }
            out.endGroup();
        } else if (vector instanceof ListVector list) {
            writeList(list, row, out);
        } else {
            throw unknown(vector.getField());
        }
    }

    private static void writeList(ListVector list, int row, RecordConsumer out) {
        out.startGroup();
        int end = list.getElementEndIndex(row);
        if (end > list.getElementStartIndex(row)) {
            out.startField(LIST, 0);
            for (int i = list.getElementStartIndex(row); i < end; i++) {
                out.startGroup();
                writeField(list.getDataVector(), i, ELEMENT, 0, out);
                out.endGroup();
            }
            out.endField(LIST, 0);
        }
        out.endGroup();
    }

    private static IllegalArgumentException unknown(Field field) {
        return new IllegalArgumentException(
                "column %s: %s (expected: a type that results have)"
                        .formatted(field.getName(), field.getType()));
    }
}
