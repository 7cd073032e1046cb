package io.millrace.connectors.arrow;

import io.millrace.connectors.dialect.DialectSettings;
import io.millrace.connectors.dialect.Dialects;
import io.millrace.connectors.file.ArrowFraming;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.RequestReader;
import java.util.Arrays;
import java.util.function.Consumer;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Lets one topic carry both Arrow and JSON: a record that begins as Arrow does goes to one reader,
 * every other to the other. No JSON begins with Arrow's marker, which is not UTF-8, or its magic.
 * Stateless.
 */
@PublicEvolving
public final class MixedRequestReader implements RequestReader {

    private static final long serialVersionUID = 1L;

    private final RequestReader arrow;
    private final RequestReader others;

    /** A reader of Arrow and of every JSON dialect, with the same limit for a row and a record. */
    public static MixedRequestReader of(DialectSettings settings) {
        ArrowSettings rows =
                new ArrowSettings(
                        settings.maxRecordBytes(), ArrowSettings.DEFAULT.maxMemoryBytes());
        return new MixedRequestReader(
                new ArrowRequestReader(rows, settings.sampling()), Dialects.reader(settings));
    }

    /** A reader of either. */
    public MixedRequestReader(RequestReader arrow, RequestReader others) {
        this.arrow = arrow;
        this.others = others;
    }

    @Override
    public void read(InputRecord input, Consumer<Parsed> output) {
        byte[] value = input.value();
        byte[] first = Arrays.copyOf(value, Math.min(value.length, ArrowFraming.FILE_HEAD_BYTES));
        if (ArrowFraming.isStream(first) || ArrowFraming.isFile(first)) {
            arrow.read(input, output);
        } else {
            others.read(input, output);
        }
    }
}
