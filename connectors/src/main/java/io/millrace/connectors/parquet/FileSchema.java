package io.millrace.connectors.parquet;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.ListType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.MilliSeconds;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.TimestampType;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** A schema as a footer holds it: the tree, parents first. Stateless. */
final class FileSchema {

    private FileSchema() {}

    static List<SchemaElement> of(MessageType schema) {
        List<SchemaElement> elements = new ArrayList<>();
        elements.add(new SchemaElement(schema.getName()).setNum_children(schema.getFieldCount()));
        schema.getFields().forEach(field -> add(field, elements));
        return elements;
    }

    private static void add(Type type, List<SchemaElement> elements) {
        SchemaElement element = new SchemaElement(type.getName());
        element.setRepetition_type(FieldRepetitionType.valueOf(type.getRepetition().name()));
        elements.add(element);
        annotate(type.getLogicalTypeAnnotation(), element);
        if (type.isPrimitive()) {
            element.setType(PageBuffers.physical(type.asPrimitiveType().getPrimitiveTypeName()));
        } else {
            GroupType group = type.asGroupType();
            element.setNum_children(group.getFieldCount());
            group.getFields().forEach(field -> add(field, elements));
        }
    }

    /** In the present way and, for old readers, in the former one. */
    private static void annotate(
            @Nullable LogicalTypeAnnotation annotation, SchemaElement element) {
        if (annotation instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation) {
            element.setLogicalType(LogicalType.STRING(new StringType()));
            element.setConverted_type(ConvertedType.UTF8);
        } else if (annotation instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation) {
            element.setLogicalType(LogicalType.LIST(new ListType()));
            element.setConverted_type(ConvertedType.LIST);
        } else if (annotation instanceof LogicalTypeAnnotation.TimestampLogicalTypeAnnotation) {
            element.setLogicalType(
                    LogicalType.TIMESTAMP(
                            new TimestampType(true, TimeUnit.MILLIS(new MilliSeconds()))));
            element.setConverted_type(ConvertedType.TIMESTAMP_MILLIS);
        }
    }
}
