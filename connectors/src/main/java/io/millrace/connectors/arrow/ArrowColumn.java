package io.millrace.connectors.arrow;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ArrowType.ArrowTypeID;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The columns that requests may have, named and understood as the fields of the native dialect. A
 * string is utf8 or large_utf8, an integer has any width, a number is an integer or a float, a list
 * is of any of Arrow's three list types.
 */
@PublicEvolving
public enum ArrowColumn {
    ID(Kind.TEXT),
    MODEL(Kind.TEXT),
    PROMPT(Kind.TEXT),
    MESSAGES(Kind.MESSAGES),
    TOKEN_IDS(Kind.INTEGERS),
    MAX_TOKENS(Kind.INTEGER),
    TEMPERATURE(Kind.NUMBER),
    TOP_K(Kind.INTEGER),
    TOP_P(Kind.NUMBER),
    MIN_P(Kind.NUMBER),
    REPETITION_PENALTY(Kind.NUMBER),
    SEED(Kind.INTEGER),
    STOP(Kind.TEXTS),
    STOP_TOKEN_IDS(Kind.INTEGERS),
    IGNORE_EOS(Kind.FLAG),
    LOGPROBS(Kind.FLAG),
    TOP_LOGPROBS(Kind.INTEGER),
    TENANT(Kind.TEXT),
    PRIORITY(Kind.INTEGER),
    DEADLINE(Kind.TIME),
    SESSION(Kind.TEXT),
    ADAPTER(Kind.TEXT);

    private static final Map<String, ArrowColumn> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toMap(ArrowColumn::columnName, c -> c));

    /** pandas writes the index of a frame under such a name. */
    private static final String PANDAS_INDEX = "__index_level_";

    private final Kind kind;

    ArrowColumn(Kind kind) {
        this.kind = kind;
    }

    /** The name in lower case. */
    public String columnName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The accepted types, for people. */
    public String rule() {
        return kind.rule;
    }

    /** Whether a column is to be left out without complaint. */
    static boolean isIgnored(String name) {
        return name.startsWith(PANDAS_INDEX);
    }

    /**
     * Checks name and type of a column; one of type null holds nothing and fits everywhere.
     *
     * @throws ColumnException if it is unknown or of the wrong type
     */
    static void check(Field field) throws ColumnException {
        ArrowColumn column = BY_NAME.get(field.getName());
        if (column == null) {
            throw new ColumnException(
                    field.getName(),
                    "unknown",
                    "one of "
                            + String.join(
                                    ", ",
                                    Arrays.stream(values()).map(ArrowColumn::columnName).toList()));
        }
        if (!column.kind.accepts(field)) {
            throw new ColumnException(field.getName(), "type " + field.getType(), column.kind.rule);
        }
    }

    private enum Kind {
        TEXT("a string"),
        INTEGER("an integer"),
        NUMBER("a number"),
        FLAG("a boolean"),
        TEXTS("a string or a list of strings"),
        INTEGERS("a list of integers"),
        MESSAGES("a list of structs with the strings role and content"),
        TIME("a timestamp, an integer of epoch milliseconds or a string");

        private final String rule;

        Kind(String rule) {
            this.rule = rule;
        }

        boolean accepts(Field field) {
            return isNull(field)
                    || switch (this) {
                        case TEXT -> isText(field);
                        case INTEGER -> isInteger(field);
                        case NUMBER -> isInteger(field) || isFloat(field);
                        case FLAG -> field.getType() instanceof ArrowType.Bool;
                        case TEXTS -> isText(field) || (isList(field) && isText(element(field)));
                        case INTEGERS -> isList(field) && isInteger(element(field));
                        case MESSAGES -> isList(field) && isMessage(element(field));
                        case TIME ->
                                isText(field)
                                        || isInteger(field)
                                        || field.getType() instanceof ArrowType.Timestamp;
                    };
        }

        private static boolean isNull(Field field) {
            return field.getType() instanceof ArrowType.Null;
        }

        private static boolean isText(Field field) {
            return field.getType() instanceof ArrowType.Utf8
                    || field.getType() instanceof ArrowType.LargeUtf8
                    || isNull(field);
        }

        private static boolean isInteger(Field field) {
            return field.getType() instanceof ArrowType.Int || isNull(field);
        }

        private static boolean isFloat(Field field) {
            return field.getType() instanceof ArrowType.FloatingPoint;
        }

        private static boolean isList(Field field) {
            ArrowTypeID type = field.getType().getTypeID();
            return type == ArrowTypeID.List
                    || type == ArrowTypeID.LargeList
                    || type == ArrowTypeID.FixedSizeList;
        }

        private static Field element(Field list) {
            return list.getChildren().get(0);
        }

        private static boolean isMessage(Field field) {
            List<Field> parts = field.getChildren();
            if (!(field.getType() instanceof ArrowType.Struct)) {
                return isNull(field);
            }
            return parts.size() == 2
                    && parts.stream().allMatch(Kind::isText)
                    && parts.stream().anyMatch(part -> part.getName().equals("role"))
                    && parts.stream().anyMatch(part -> part.getName().equals("content"));
        }
    }
}
