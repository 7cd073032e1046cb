package io.millrace.gpu.decode;

import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.Work;
import io.millrace.core.speculate.TokenTree;

/**
 * What a step computes of one sequence: known tokens, and behind the last of them the tokens of a
 * draft. Immutable.
 *
 * @param draft empty, unless the work is the one token that was generated last
 */
public record StepWork(Work work, TokenTree draft) {

    public StepWork {
        if (draft.size() > 0 && (work.count() != 1 || !work.samples())) {
            throw new IllegalArgumentException(
                    "draft: %d tokens behind %s (expected: a draft only behind the last token, alone)"
                            .formatted(draft.size(), work));
        }
    }

    /** Without a draft. */
    public static StepWork plain(Work work) {
        return new StepWork(work, TokenTree.empty());
    }

    /** Whose work it is. */
    public Sequence sequence() {
        return work.sequence();
    }

    /** Known and drafted tokens. */
    public int rows() {
        return work.count() + draft.size();
    }

    /** Whether something is drafted. */
    public boolean speculates() {
        return draft.size() > 0;
    }

    /** The rows whose logits are wanted: the last known token and every drafted one. */
    public int outputs() {
        return work.samples() ? 1 + draft.size() : 0;
    }

    /** KV slots that the rows see and write, by their place in the sequence. */
    public int end() {
        return work.end() + draft.size();
    }
}
