package io.millrace.gpu.draft;

import io.millrace.core.schedule.Sequence;
import io.millrace.core.speculate.DraftShape;
import io.millrace.core.speculate.TokenTree;
import java.util.Arrays;
import java.util.List;

/**
 * Proposes what followed the last tokens when they stood in the prompt or the answer before (prompt
 * lookup decoding). Costs nothing and needs nothing; pays where an answer repeats its prompt:
 * summaries, code edits, extraction.
 *
 * <p>Stateless: it searches the tokens that are there, the longest suffix first, the latest
 * occurrence first.
 */
final class PromptLookupDrafter implements Drafter {

    private static final int LONGEST_SUFFIX = 4;

    // A single token that occurred before says little: drafts behind it are seldom right.
    private static final int SHORTEST_SUFFIX = 2;

    // What a repetition is taken to continue with; the planner corrects it by what is accepted.
    private static final float LOG_PROBABILITY = (float) Math.log(0.7);

    private final DraftShape shape;

    PromptLookupDrafter(SpeculationSettings settings) {
        int nodes = Math.max(settings.maxDepth(), settings.maxNodes());
        shape = DraftShape.oneCall(Drafters.PROMPT_LOOKUP, settings.maxDepth(), nodes);
    }

    @Override
    public DraftShape shape() {
        return shape;
    }

    @Override
    public List<TokenTree> draft(List<DraftRequest> requests) {
        return requests.stream().map(PromptLookupDrafter::draft).toList();
    }

    private static TokenTree draft(DraftRequest request) {
        Sequence sequence = request.sequence();
        int[] tokens = sequence.tokens();
        int length = sequence.length();
        int most = Math.min(request.maxDepth(), request.maxNodes());
        for (int suffix = Math.min(LONGEST_SUFFIX, length - 1);
                suffix >= SHORTEST_SUFFIX;
                suffix--) {
            for (int end = length - 1; end >= suffix; end--) {
                if (matches(tokens, end, length, suffix)) {
                    return chain(tokens, end, Math.min(most, length - end));
                }
            }
        }
        return TokenTree.empty();
    }

    /** Whether the {@code suffix} tokens before {@code end} are those before {@code length}. */
    private static boolean matches(int[] tokens, int end, int length, int suffix) {
        for (int i = 1; i <= suffix; i++) {
            if (tokens[end - i] != tokens[length - i]) {
                return false;
            }
        }
        return true;
    }

    private static TokenTree chain(int[] tokens, int from, int count) {
        float[] logProbabilities = new float[count];
        Arrays.fill(logProbabilities, LOG_PROBABILITY);
        return TokenTree.chain(Arrays.copyOfRange(tokens, from, from + count), logProbabilities);
    }
}
