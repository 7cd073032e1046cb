package io.millrace.job.options;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.YamlParserUtils;
import org.jspecify.annotations.Nullable;

/** Puts a configuration together from a YAML file and settings of the command line. */
public final class ConfigurationFiles {

    private ConfigurationFiles() {}

    /**
     * Reads a YAML file; nested and dotted keys are the same.
     *
     * @throws ConfigurationException if it cannot be read or has a key that does not exist
     */
    public static Configuration read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new ConfigurationException(
                    "configuration: " + file + " (expected: a YAML file that exists)");
        }
        Map<String, String> flat = new LinkedHashMap<>();
        try {
            flatten("", YamlParserUtils.loadYamlFile(file.toFile()), flat);
        } catch (ConfigurationException e) {
            throw e;
        } catch (Exception e) { // What the parser declares.
            throw new ConfigurationException(
                    "%s: not a YAML map of options: %s".formatted(file, firstLine(e)), e);
        }
        return checked(flat);
    }

    /**
     * Settings of the command line.
     *
     * @throws ConfigurationException if a key does not exist
     */
    public static Configuration of(Map<String, String> settings) {
        return checked(settings);
    }

    private static Configuration checked(Map<String, String> settings) {
        for (String key : settings.keySet()) {
            Optional<String> complaint = AllOptions.complaintAbout(key);
            if (complaint.isPresent()) {
                throw new ConfigurationException(complaint.get());
            }
        }
        return Configuration.fromMap(settings);
    }

    private static void flatten(String prefix, Map<?, ?> nested, Map<String, String> flat) {
        nested.forEach(
                (key, value) -> {
                    String path = prefix + key;
                    if (value instanceof Map<?, ?> deeper) {
                        flatten(path + ".", deeper, flat);
                    } else {
                        flat.put(path, scalar(value));
                    }
                });
    }

    private static String scalar(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return YamlParserUtils.toYAMLString(list);
        }
        return value == null ? "" : value.toString();
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
