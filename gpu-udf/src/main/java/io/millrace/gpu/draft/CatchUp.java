package io.millrace.gpu.draft;

import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.Work;
import io.millrace.gpu.decode.StepWork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How far a drafter's own keys and values reach in each sequence, and the calls that bring it
 * there: a prompt, accepted tokens, all of it again after a preemption. Rows of drafted tokens
 * never count: the next true rows overwrite them. For the engine's thread.
 */
final class CatchUp {

    // Rows of one sequence and of one call: bounds the memory of masks and inputs.
    private static final int CHUNK = 256;
    private static final int ROWS = 1_024;

    // So many rows more or less cost the call that drafts nothing.
    private static final int SHORT = 16;

    private final int behind;
    private final Consumer<List<StepWork>> compute;
    private final Map<String, Reach> reached = new HashMap<>();

    /** True rows that a sequence has, since its blocks were last taken away. */
    private record Reach(int rows, int preemptions) {}

    /**
     * Of a drafter that computes rows so.
     *
     * @param behind how many positions its last true row is behind the last known token
     */
    CatchUp(int behind, Consumer<List<StepWork>> compute) {
        this.behind = behind;
        this.compute = compute;
    }

    /**
     * Computes rows until only a few are missing.
     *
     * @return for each request the missing rows, the last true one among them: the drafter computes
     *     them, they count from now on
     */
    List<StepWork> lastRows(List<DraftRequest> requests) {
        chunks(requests);
        List<StepWork> last = new ArrayList<>(requests.size());
        for (DraftRequest request : requests) {
            StepWork rows = rows(request.sequence(), end(request.sequence()));
            reach(rows);
            last.add(rows);
        }
        return last;
    }

    /** Forgets a sequence. */
    void forget(Sequence sequence) {
        reached.remove(sequence.key());
    }

    private void chunks(List<DraftRequest> requests) {
        List<StepWork> call = new ArrayList<>();
        int rows = 0;
        for (DraftRequest request : requests) {
            Sequence sequence = request.sequence();
            while (end(sequence) - reach(sequence) > SHORT) {
                int end = Math.min(reach(sequence) + CHUNK, end(sequence) - 1);
                StepWork chunk = rows(sequence, end);
                boolean twice = call.stream().anyMatch(work -> work.sequence() == sequence);
                if (twice || rows + chunk.rows() > ROWS) {
                    flush(call);
                    rows = 0;
                }
                call.add(chunk);
                rows += chunk.rows();
                reach(chunk);
            }
        }
        flush(call);
    }

    private void flush(List<StepWork> call) {
        if (!call.isEmpty()) {
            compute.accept(List.copyOf(call));
            call.clear();
        }
    }

    private int end(Sequence sequence) {
        return sequence.length() - behind;
    }

    private StepWork rows(Sequence sequence, int end) {
        int from = reach(sequence);
        return StepWork.plain(new Work(sequence, from, end - from));
    }

    private int reach(Sequence sequence) {
        Reach reach = reached.get(sequence.key());
        return reach == null || reach.preemptions() != sequence.preemptions() ? 0 : reach.rows();
    }

    private void reach(StepWork work) {
        Sequence sequence = work.sequence();
        reached.put(sequence.key(), new Reach(work.work().end(), sequence.preemptions()));
    }
}
