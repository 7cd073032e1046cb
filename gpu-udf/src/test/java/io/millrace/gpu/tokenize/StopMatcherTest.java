package io.millrace.gpu.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StopMatcherTest {

    @Property(tries = 5_000)
    void findsWhatANaiveSearchFindsHoweverTheTextIsCut(
            @ForAll("texts") String text,
            @ForAll("stops") List<String> stops,
            @ForAll Random random) {
        StopMatcher matcher = new StopMatcher(stops);
        StringBuilder before = new StringBuilder();
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + random.nextInt(4));
            before.append(matcher.append(text.substring(from, to)));
            assertThat(certain(text.substring(0, to), stops)).isEqualTo(before.toString());
            from = to;
        }
        before.append(matcher.finish());

        Naive naive = Naive.search(text, stops);
        assertThat(matcher.matched()).isEqualTo(naive.stop());
        assertThat(before).hasToString(naive.before());
    }

    /** The match that ends first, of those the longest. */
    private record Naive(String before, @Nullable String stop) {

        static Naive search(String text, List<String> stops) {
            for (int end = 1; end <= text.length(); end++) {
                String longest = null;
                for (String stop : stops) {
                    if (text.substring(0, end).endsWith(stop)
                            && (longest == null || stop.length() > longest.length())) {
                        longest = stop;
                    }
                }
                if (longest != null) {
                    return new Naive(text.substring(0, end - longest.length()), longest);
                }
            }
            return new Naive(text, null);
        }
    }

    /** Neither too little nor too much is held back: what no continuation can take away. */
    private static String certain(String text, List<String> stops) {
        Naive naive = Naive.search(text, stops);
        if (naive.stop() != null) {
            return naive.before();
        }
        for (int from = 0; from < text.length(); from++) {
            String end = text.substring(from);
            if (stops.stream().anyMatch(stop -> stop.startsWith(end))) {
                return text.substring(0, from);
            }
        }
        return text;
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withChars("abc").ofMaxLength(30);
    }

    @Provide
    Arbitrary<List<String>> stops() {
        return Arbitraries.strings()
                .withChars("abc")
                .ofMinLength(1)
                .ofMaxLength(6)
                .list()
                .ofMaxSize(4);
    }

    @Test
    void holdsBackWhatMayBecomeAStopString() {
        StopMatcher matcher = new StopMatcher(List.of("\n\nUser:"));

        assertThat(matcher.append("Paris.\n")).isEqualTo("Paris.");
        assertThat(matcher.append("\nUse")).isEmpty();
        assertThat(matcher.append(" it")).isEqualTo("\n\nUse it");
        assertThat(matcher.append("\n\n\nUser")).isEqualTo("\n");
        assertThat(matcher.matched()).isNull();
        assertThat(matcher.append(": more")).isEmpty();
        assertThat(matcher.matched()).isEqualTo("\n\nUser:");
        assertThat(matcher.append("ignored")).isEmpty();
        assertThat(matcher.finish()).isEmpty();
    }

    @Test
    void holdsBackNothingWithoutStopStrings() {
        StopMatcher matcher = new StopMatcher(List.of());

        assertThat(matcher.append("abc")).isEqualTo("abc");
        assertThat(matcher.finish()).isEmpty();
    }

    @Test
    void releasesWhatWasHeldBackAtTheEnd() {
        StopMatcher matcher = new StopMatcher(List.of("END"));

        assertThat(matcher.append("the EN")).isEqualTo("the ");
        assertThat(matcher.finish()).isEqualTo("EN");
    }

    @Test
    void refusesEmptyStopStrings() {
        List<String> stops = new ArrayList<>(List.of("a", ""));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StopMatcher(stops))
                .withMessage("stop: \"\" (expected: strings that are not empty)");
    }
}
