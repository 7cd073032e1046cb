package io.millrace.wire;

/** Names of the files of a batch's results, which the job writes and gateways read. */
public final class ResultFileNames {

    /** How the files begin that the job writes while the batch runs. */
    public static final String PART_PREFIX = "part";

    /** All lines in one file, made of those when the batch has ended. */
    public static final String MERGED = "results.jsonl";

    /** Folder below a batch's, of the same results as Arrow streams. */
    public static final String ARROW = "arrow";

    private ResultFileNames() {}

    /** Whether a file is one of those that the merged one is made of. */
    public static boolean isPart(String name) {
        return name.startsWith(PART_PREFIX + "-");
    }
}
