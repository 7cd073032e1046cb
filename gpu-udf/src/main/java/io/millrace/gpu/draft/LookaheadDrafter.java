package io.millrace.gpu.draft;

import io.millrace.core.schedule.Sequence;
import io.millrace.core.speculate.DraftShape;
import io.millrace.core.speculate.TokenTree;
import io.millrace.core.speculate.TokenTreeBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lookahead decoding (2402.02057): needs no weights. A window of guesses goes through the model
 * beside the answer; what the model says to them makes n-grams, and those that begin with the last
 * token are the next draft.
 *
 * <p>Holds a window and a pool of n-grams for every sequence. They are tokens only, so they outlive
 * a preemption.
 */
final class LookaheadDrafter implements Drafter {

    private final LookaheadSettings settings;
    private final DraftShape shape;
    private final Map<String, Guesses> guesses = new HashMap<>();

    /** What is held of a sequence. */
    private record Guesses(LookaheadWindow window, NgramPool pool) {}

    LookaheadDrafter(SpeculationSettings settings) {
        this.settings = settings.lookahead();
        int depth = Math.min(settings.maxDepth(), this.settings.drafted());
        int all = this.settings.guesses() * this.settings.drafted();
        this.shape =
                new DraftShape(
                        Drafters.LOOKAHEAD,
                        depth,
                        Math.max(depth, Math.min(settings.maxNodes(), all)),
                        0,
                        this.settings.windowTokens());
    }

    @Override
    public DraftShape shape() {
        return shape;
    }

    @Override
    public List<TokenTree> draft(List<DraftRequest> requests) {
        return requests.stream().map(this::draft).toList();
    }

    private TokenTree draft(DraftRequest request) {
        Sequence sequence = request.sequence();
        int last = sequence.token(sequence.length() - 1);
        return of(sequence).pool().draft(last, request.maxDepth()).prune(request.maxNodes());
    }

    private Guesses of(Sequence sequence) {
        return guesses.computeIfAbsent(
                sequence.key(),
                key ->
                        new Guesses(
                                new LookaheadWindow(settings, sequence),
                                new NgramPool(settings.guesses())));
    }

    @Override
    public TokenTree widen(Sequence sequence, TokenTree chosen, int maxDepth) {
        TokenTreeBuilder builder = chosen.toBuilder(settings.windowTokens());
        of(sequence).window().addTo(builder, maxDepth);
        return builder.build();
    }

    @Override
    public void drawn(Sequence sequence, TokenTree verified, int[] tokens) {
        Guesses own = of(sequence);
        own.window().advance(sequence.token(sequence.length() - 1), tokens, own.pool());
    }

    @Override
    public void forget(Sequence sequence) {
        guesses.remove(sequence.key());
    }
}
