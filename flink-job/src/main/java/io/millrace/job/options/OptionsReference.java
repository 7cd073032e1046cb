package io.millrace.job.options;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.description.Description;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.util.TimeUtils;

/** Renders {@code docs/options.md} from the options, so that the two cannot differ. */
public final class OptionsReference {

    private OptionsReference() {}

    /** Every option of one class, in the order in which they are declared. */
    public static List<ConfigOption<?>> optionsOf(Class<?> holder) {
        return fields(holder).stream().<ConfigOption<?>>map(OptionsReference::value).toList();
    }

    /** The document as it should stand in {@code docs/options.md}. */
    public static String markdown() {
        StringBuilder text = new StringBuilder();
        text.append(INTRODUCTION);
        for (Section section : AllOptions.SECTIONS) {
            text.append("\n## ").append(section.title()).append("\n\n");
            if (!section.note().isEmpty()) {
                text.append(section.note()).append("\n\n");
            }
            text.append("| Key | Type | Default | What it does |\n|---|---|---|---|\n");
            for (Field field : fields(section.holder())) {
                text.append(row(field));
            }
        }
        return text.toString();
    }

    private static final String INTRODUCTION =
            """
            # Options

            <!-- Generated from the option classes: change those, then run
                 mvn -q -pl flink-job -am test -Dtest=OptionsReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.write-docs=true -->

            The same keys work in a YAML file (`--config FILE`; nested or dotted), on the command line (`-D key=value`,
            which wins over the file) and in Flink's own configuration. A value that breaks a rule stops the job from starting,
            with a sentence that names the key.
            """;

    /** What values an option takes, for messages. */
    static String typeOf(ConfigOption<?> option) {
        return AllOptions.SECTIONS.stream()
                .flatMap(section -> fields(section.holder()).stream())
                .filter(field -> value(field).key().equals(option.key()))
                .map(OptionsReference::type)
                .findFirst()
                .orElseThrow();
    }

    /** A table of the reference. */
    record Section(String title, Class<?> holder, String note) {}

    private static String row(Field field) {
        ConfigOption<?> option = value(field);
        return "| `%s` | %s | %s | %s |%n"
                .formatted(option.key(), type(field), defaultOf(option), text(option.description()))
                .replace("\r\n", "\n");
    }

    private static String defaultOf(ConfigOption<?> option) {
        if (!option.hasDefaultValue()) {
            return "none";
        }
        Object value = option.defaultValue();
        if (value instanceof Duration duration) {
            return "`" + TimeUtils.formatWithHighestUnit(duration) + "`";
        }
        return value.toString().isEmpty() ? "none" : "`" + value + "`";
    }

    private static String type(Field field) {
        Type argument = ((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0];
        if (argument instanceof ParameterizedType parameterized) {
            return parameterized.getRawType() == Map.class ? "Map" : "List";
        }
        Class<?> type = (Class<?>) argument;
        return type.isEnum()
                ? String.join(
                        ", ", Arrays.stream(type.getEnumConstants()).map(Object::toString).toList())
                : type.getSimpleName();
    }

    private static String text(Description description) {
        return new HtmlFormatter().format(description).replace("|", "\\|");
    }

    private static List<Field> fields(Class<?> holder) {
        List<Field> fields = new ArrayList<>();
        for (Field field : holder.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers()) && field.getType() == ConfigOption.class) {
                fields.add(field);
            }
        }
        return fields;
    }

    private static ConfigOption<?> value(Field field) {
        try {
            return (ConfigOption<?>) field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(field.toString().toLowerCase(Locale.ROOT), e);
        }
    }
}
