package io.millrace.connectors.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.Reader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who must be answered for a record that is too large or too deep to be read: its dialect and id,
 * found by skipping over everything else. Reading stops without complaint where the record cannot
 * be followed any further.
 *
 * @param id null if it was not found, is no string or appears twice
 */
record RecordHead(Dialect dialect, @Nullable String id) {

    private static final int MAX_DEPTH = 10_000;

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    static RecordHead scan(Reader text) {
        Set<String> names = new HashSet<>();
        Map<String, String> texts = new HashMap<>();
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                scanFields(json, names, texts);
            }
        } catch (IOException e) {
            // What was found before still tells whom to answer.
        }
        Dialect dialect = Dialects.recognise(names);
        String id = texts.get(dialect.idField());
        return new RecordHead(dialect, id == null || !JsonRequestReader.isId(id) ? null : id);
    }

    private static void scanFields(JsonParser json, Set<String> names, Map<String, String> texts)
            throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            boolean first = names.add(name);
            JsonToken value = json.nextToken();
            if (!first) {
                texts.remove(name);
            } else if (value == JsonToken.VALUE_STRING && isIdField(name)) {
                texts.put(name, json.getText());
            }
            json.skipChildren();
        }
    }

    private static boolean isIdField(String name) {
        return name.equals("id") || name.equals("custom_id");
    }
}
