package io.millrace.core.simulate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The forms in which traces are published. Stateless. */
public enum TraceFormat {

    /** Azure LLM inference traces: {@code TIMESTAMP,ContextTokens,GeneratedTokens}. */
    AZURE {
        @Override
        boolean begins(String line) {
            return line.startsWith("TIMESTAMP,ContextTokens,GeneratedTokens");
        }

        @Override
        Row row(String line) {
            String[] cells = cells(line, 3);
            double ms =
                    EPOCH.until(LocalDateTime.parse(cells[0], AZURE_TIME), ChronoUnit.NANOS) / 1e6;
            return new Row(ms, number(cells[1]), number(cells[2]), List.of());
        }
    },

    /**
     * Mooncake: an object per line with {@code timestamp} (ms), {@code input_length}, {@code
     * output_length} and {@code hash_ids}, one for each 512 tokens of the prompt.
     */
    MOONCAKE {
        @Override
        boolean begins(String line) {
            return line.startsWith("{") && line.contains("\"hash_ids\"");
        }

        @Override
        boolean hasHeader() {
            return false;
        }

        @Override
        Row row(String line) {
            return new Row(
                    FlatJson.number(line, "timestamp"),
                    Math.toIntExact(FlatJson.number(line, "input_length")),
                    Math.toIntExact(FlatJson.number(line, "output_length")),
                    FlatJson.numbers(line, "hash_ids"));
        }
    },

    /**
     * Results of this job, native lines: what was read and written, in the order in which requests
     * came and, of those that came together, were started.
     */
    MILLRACE {
        @Override
        boolean begins(String line) {
            return line.startsWith("{") && line.contains("\"usage\":{\"input_tokens\"");
        }

        @Override
        boolean hasHeader() {
            return false;
        }

        @Override
        boolean isOrdered() {
            return false;
        }

        @Override
        Row row(String line) {
            // What a client wrote comes before; there, quotes are escaped.
            String own = line.substring(line.lastIndexOf("\"usage\":{"));
            return new Row(
                    FlatJson.number(own, "arrival_ms"),
                    FlatJson.number(own, "started_ms"),
                    Math.toIntExact(FlatJson.number(own, "input_tokens")),
                    Math.toIntExact(FlatJson.number(own, "output_tokens")),
                    List.of());
        }
    },

    /** Vidur: {@code num_prefill_tokens,num_decode_tokens,...}, lengths only, all at once. */
    VIDUR {
        @Override
        boolean begins(String line) {
            return line.startsWith("num_prefill_tokens,num_decode_tokens");
        }

        @Override
        Row row(String line) {
            String[] cells = cells(line, 2);
            return new Row(0, number(cells[0]), number(cells[1]), List.of());
        }
    };

    /** Tokens of a prompt that one id of {@link TraceRequest#prefix()} stands for in Mooncake's. */
    public static final int PREFIX_BLOCK_TOKENS = 512;

    private static final LocalDateTime EPOCH = LocalDateTime.of(2023, 1, 1, 0, 0);
    private static final DateTimeFormatter AZURE_TIME =
            new DateTimeFormatterBuilder()
                    .appendPattern("yyyy-MM-dd HH:mm:ss")
                    .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
                    .toFormatter(java.util.Locale.ROOT);

    private record Row(double ms, double startMs, int prompt, int output, List<Long> prefix) {
        Row(double ms, int prompt, int output, List<Long> prefix) {
            this(ms, ms, prompt, output, prefix);
        }
    }

    abstract boolean begins(String line);

    abstract Row row(String line);

    boolean hasHeader() {
        return true;
    }

    /** Whether lines are in the order of arrival. */
    boolean isOrdered() {
        return true;
    }

    /**
     * Reads a trace in whichever form it is; arrivals begin at 0. Requests without prompt or answer
     * are left out.
     *
     * @throws IllegalArgumentException naming the first line that is not as it should be
     */
    public static List<TraceRequest> read(Reader reader) throws IOException {
        BufferedReader lines = new BufferedReader(reader);
        String line = lines.readLine();
        if (line == null) {
            throw new IllegalArgumentException("line 1: empty (expected: a trace)");
        }
        TraceFormat format = formatOf(line);
        List<Row> rows = new ArrayList<>();
        int number = 1;
        if (format.hasHeader()) {
            line = lines.readLine();
            number++;
        }
        for (; line != null; line = lines.readLine(), number++) {
            if (!line.isBlank()) {
                rows.add(format.parsed(line, number));
            }
        }
        if (!format.isOrdered()) {
            rows.sort(Comparator.comparingDouble(Row::ms).thenComparingDouble(Row::startMs));
        }
        List<TraceRequest> requests = requests(rows);
        if (requests.isEmpty()) {
            throw new IllegalArgumentException("trace: no requests (expected: at least one)");
        }
        return requests;
    }

    private static List<TraceRequest> requests(List<Row> rows) {
        List<TraceRequest> requests = new ArrayList<>(rows.size());
        for (Row row : rows) {
            if (row.prompt() > 0 && row.output() > 0) {
                requests.add(
                        new TraceRequest(
                                Math.max(0, row.ms() - rows.get(0).ms()),
                                row.prompt(),
                                row.output(),
                                TraceRequest.NO_TENANT,
                                row.prefix()));
            }
        }
        return requests;
    }

    private Row parsed(String line, int number) {
        try {
            return row(line);
        } catch (RuntimeException e) {
            String shown = line.length() > 80 ? line.substring(0, 80) + "..." : line;
            throw new IllegalArgumentException(
                    "line %d: %s (expected: a line of a trace in the form %s)"
                            .formatted(number, shown, name().toLowerCase(java.util.Locale.ROOT)),
                    e);
        }
    }

    private static TraceFormat formatOf(String line) {
        for (TraceFormat format : values()) {
            if (format.begins(line)) {
                return format;
            }
        }
        throw new IllegalArgumentException(
                "line 1: %s (expected: the header of an Azure or Vidur trace, or an object of a Mooncake trace or of results)"
                        .formatted(line.length() > 80 ? line.substring(0, 80) + "..." : line));
    }

    private static String[] cells(String line, int least) {
        String[] cells = line.split(",", -1);
        if (cells.length < least) {
            throw new IllegalArgumentException("too few cells");
        }
        return cells;
    }

    private static int number(String cell) {
        return Integer.parseInt(cell.strip());
    }
}
