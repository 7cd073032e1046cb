package io.millrace.operators.track;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Static fields, since the operator gets a copy. */
final class RecordingFiles implements ResultFiles {

    static final List<String> REMOVED = new ArrayList<>();
    static final List<String> MERGED = new ArrayList<>();
    private static final long serialVersionUID = 1L;
    private static int failures;

    /** Before a test. */
    static void forget() {
        REMOVED.clear();
        MERGED.clear();
        failures = 0;
    }

    /** The next so many calls fail. */
    static void fail(int calls) {
        failures = calls;
    }

    @Override
    public void merge(String batch) throws IOException {
        record(batch, MERGED);
    }

    @Override
    public void remove(String batch) throws IOException {
        record(batch, REMOVED);
    }

    private static void record(String batch, List<String> done) throws IOException {
        if (failures > 0) {
            failures--;
            throw new IOException("injected");
        }
        done.add(batch);
    }
}
