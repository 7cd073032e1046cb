package io.millrace.job.cli;

import java.util.Locale;

/** What a file of results can be. */
enum FileFormat {
    /** One JSON object per line, each in the dialect of its request. */
    JSONL,
    /** An Arrow IPC stream. */
    ARROW,
    /** Parquet, with the columns of the Arrow form. */
    PARQUET;

    /** What names of such files end with. */
    String suffix() {
        return "." + name().toLowerCase(Locale.ROOT);
    }
}
