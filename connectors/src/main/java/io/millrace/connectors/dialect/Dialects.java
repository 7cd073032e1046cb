package io.millrace.connectors.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.RequestReader;
import io.millrace.core.request.SamplingDefaults;
import java.util.List;
import java.util.Set;

/** The dialects that Millrace speaks; the only place that lists them. */
public final class Dialects {

    /** Name of Millrace's own dialect. */
    public static final String NATIVE = NativeDialect.NAME;

    /** In order of recognition; native accepts everything and comes last. */
    private static final List<Dialect> ALL =
            List.of(new AnthropicDialect(), new OpenAiDialect(), new NativeDialect());

    private Dialects() {}

    /** A reader of JSON records in any of the dialects. */
    public static RequestReader reader(DialectSettings settings) {
        return new JsonRequestReader(settings);
    }

    /**
     * What an object would be read as, had it been a record; for connectors whose rows are not
     * JSON, so that they follow the same rules.
     *
     * @param input gives key and arrival; its bytes do not matter
     * @param sampling as in {@link DialectSettings}
     */
    public static RequestReader.Parsed read(
            InputRecord input, ObjectNode object, SamplingDefaults sampling) {
        return JsonRequestReader.parse(input, object, -1, sampling);
    }

    /** A writer of results, each in the dialect of its request. */
    public static CompletionWriter writer() {
        return new CompletionWriter();
    }

    static Dialect recognise(Set<String> fieldNames) {
        return ALL.stream()
                .filter(dialect -> dialect.recognises(fieldNames))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the native dialect accepts everything"));
    }

    /** Results of other origin, such as Arrow rows, are phrased natively. */
    static Dialect phrasing(String dialectName) {
        return ALL.stream()
                .filter(dialect -> dialect.phrases(dialectName))
                .findFirst()
                .orElseGet(NativeDialect::new);
    }
}
