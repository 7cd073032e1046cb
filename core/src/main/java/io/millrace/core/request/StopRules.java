package io.millrace.core.request;

import static io.millrace.core.request.InvalidRequestException.check;

import java.util.List;

/**
 * When a generation ends before its token limit.
 *
 * @param strings the answer ends before the first occurrence of any of these
 * @param tokenIds the answer ends before any of these, beside the model's own end tokens
 * @param ignoreEndOfSequence generate on past the model's end tokens (benchmarks)
 */
public record StopRules(List<String> strings, List<Integer> tokenIds, boolean ignoreEndOfSequence) {

    /** The most stop strings of one request. */
    public static final int MAX_STRINGS = 16;

    /** Only the model's own end tokens. */
    public static final StopRules NONE = new StopRules(List.of(), List.of(), false);

    public StopRules {
        strings = List.copyOf(strings);
        tokenIds = List.copyOf(tokenIds);
        check(
                strings.size() <= MAX_STRINGS,
                "stop",
                strings.size() + " strings",
                "at most " + MAX_STRINGS);
        for (String string : strings) {
            check(!string.isEmpty(), "stop", "\"\"", "strings that are not empty");
            UnicodeText.check("stop", string);
        }
    }
}
