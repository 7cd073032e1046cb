package io.millrace.connectors.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LineCutterTest {

    private static final int MAX_BYTES = 1024;

    @Test
    void cutsAtLineFeedsAndNamesTheOffsets() throws IOException {
        assertThat(cut("a\nbc\r\n\n \t\r\nd")).containsExactly("0:a", "2:bc", "11:d");
    }

    @Test
    void emptyFileAndBlankLinesHaveNoRecords() throws IOException {
        assertThat(cut("")).isEmpty();
        assertThat(cut("\n")).isEmpty();
        assertThat(cut("\r\n  \n\t")).isEmpty();
    }

    @Test
    void carriageReturnWithinALineStays() throws IOException {
        assertThat(cut("a\rb\n")).containsExactly("0:a\rb");
    }

    @Test
    void byteOrderMarkIsNoPartOfTheFirstRecord() throws IOException {
        byte[] marked = "\ufeff{}\n\ufeff".getBytes(UTF_8);

        List<RecordCutter.Cut> cuts = all(cutter(marked, 0));

        assertThat(cuts.get(0)).usingRecursiveComparison().isEqualTo(cut(3, "{}"));
        assertThat(cuts.get(1).bytes()).as("only at the start").hasSize(3);
    }

    @Test
    void longLineIsCutOneByteAboveTheLimitAndTheNextIsWhole() throws IOException {
        String full = "x".repeat(MAX_BYTES);
        String text = full + "\r\n" + full + "x\r\n" + "y".repeat(500_000) + "\nz";

        List<RecordCutter.Cut> cuts = all(cutter(text.getBytes(UTF_8), 0));

        assertThat(cuts)
                .extracting(cut -> cut.bytes().length)
                .containsExactly(MAX_BYTES, MAX_BYTES + 1, MAX_BYTES + 1, 1);
    }

    @Property(tries = 300)
    void everyOffsetBehindARecordLeadsToTheRest(
            @ForAll @Chars({'a', '\n', '\r', ' '}) String text,
            @ForAll @IntRange(min = 1, max = 4) int repeats)
            throws IOException {
        byte[] bytes = text.repeat(repeats).getBytes(UTF_8);
        List<String> expected = described(all(cutter(bytes, 0)));

        try (RecordCutter cutter = cutter(bytes, 0)) {
            int count = 0;
            while (cutter.next() != null) {
                count++;
                assertThat(described(all(cutter(bytes, cutter.position()))))
                        .isEqualTo(expected.subList(count, expected.size()));
            }
            assertThat(count).isEqualTo(expected.size());
        }
    }

    @Property(tries = 300)
    void linesAreThoseOfTheTextHoweverTheBytesArrive(@ForAll long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = random.nextInt(20); i > 0; i--) {
            String line = "l".repeat(1 + random.nextInt(MAX_BYTES));
            expected.add(text.length() + ":" + line);
            text.append(line).append(random.nextBoolean() ? "\n" : "\r\n");
        }
        InputStream trickle =
                new ByteArrayInputStream(text.toString().getBytes(UTF_8)) {
                    @Override
                    public synchronized int read(byte[] target, int offset, int length) {
                        int part = Math.min(length, 1 + random.nextInt(3000));
                        return super.read(target, offset, part);
                    }
                };

        try (RecordCutter cutter = new LineCutter(FileBytes.of(trickle), MAX_BYTES, 0)) {
            assertThat(described(all(cutter))).as("seed %d", seed).isEqualTo(expected);
        }
    }

    private static List<String> cut(String text) throws IOException {
        return described(all(cutter(text.getBytes(UTF_8), 0)));
    }

    private static RecordCutter cutter(byte[] bytes, long offset) throws IOException {
        return new LineCutter(FileBytes.of(new ByteArrayInputStream(bytes)), MAX_BYTES, offset);
    }

    private static List<RecordCutter.Cut> all(RecordCutter cutter) throws IOException {
        List<RecordCutter.Cut> cuts = new ArrayList<>();
        for (RecordCutter.Cut cut = cutter.next(); cut != null; cut = cutter.next()) {
            cuts.add(cut);
        }
        return cuts;
    }

    private static RecordCutter.Cut cut(long offset, String text) {
        return new RecordCutter.Cut(offset, text.getBytes(UTF_8));
    }

    private static List<String> described(List<RecordCutter.Cut> cuts) {
        return cuts.stream()
                .map(cut -> cut.offset() + ":" + new String(cut.bytes(), ISO_8859_1))
                .toList();
    }
}
