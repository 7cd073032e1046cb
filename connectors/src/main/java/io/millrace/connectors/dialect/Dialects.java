package io.millrace.connectors.dialect;

import io.millrace.core.request.RequestReader;
import java.util.List;
import java.util.Set;

/** The dialects that Millrace speaks; the only place that lists them. */
public final class Dialects {

    /** In order of recognition; native accepts everything and comes last. */
    private static final List<Dialect> ALL =
            List.of(new AnthropicDialect(), new OpenAiDialect(), new NativeDialect());

    private Dialects() {}

    /** A reader of JSON records in any of the dialects. */
    public static RequestReader reader(DialectSettings settings) {
        return new JsonRequestReader(settings);
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
