package io.millrace.gpu.engine;

import io.millrace.gpu.tokenize.IncrementalDetokenizer;
import io.millrace.gpu.tokenize.StopMatcher;
import io.millrace.gpu.tokenize.Tokenizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The text of one answer as its tokens arrive, up to a stop string. Used by one thread. */
final class AnswerText {

    private final IncrementalDetokenizer detokenizer;
    private final StopMatcher stops;
    private final StringBuilder text = new StringBuilder();

    AnswerText(Tokenizer tokenizer, List<String> stopStrings) {
        detokenizer = tokenizer.detokenizer();
        stops = new StopMatcher(stopStrings);
    }

    /**
     * Adds a token.
     *
     * @return whether a stop string is complete now
     */
    boolean append(int token) {
        text.append(stops.append(detokenizer.append(token)));
        return stops.matched() != null;
    }

    /**
     * Ends the text.
     *
     * @return whether what was held back completes a stop string
     */
    boolean finish() {
        text.append(stops.append(detokenizer.finish()));
        if (stops.matched() != null) {
            return true;
        }
        text.append(stops.finish());
        return false;
    }

    String text() {
        return text.toString();
    }

    /** The stop string that ended it; null if none did. */
    @Nullable String stopString() {
        return stops.matched();
    }
}
