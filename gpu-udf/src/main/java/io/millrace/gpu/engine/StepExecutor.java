package io.millrace.gpu.engine;

import ai.djl.pytorch.jni.IValue;
import io.millrace.core.memory.BlockTable;
import io.millrace.core.memory.CopyOnWrite;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.StepPlan;
import io.millrace.core.schedule.Work;
import io.millrace.core.speculate.AcceptedPath;
import io.millrace.core.speculate.DrawVerifier;
import io.millrace.core.speculate.TokenTree;
import io.millrace.gpu.decode.StepInputs;
import io.millrace.gpu.decode.StepWork;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * Computes the steps of an engine: drafts, runs the model over known and drafted tokens at once,
 * draws a token behind each, and keeps of the drafts what was drawn. Used by the engine's thread.
 *
 * <p>A drafted token is accepted exactly if it is the one that the model draws at its place, with
 * the random number of that place. So every answer, greedy or sampled, is the one that it would be
 * without drafts, and for a given path the chance of acceptance is the sum of the target's
 * probabilities of the tree's next tokens: as much as any lossless rule for deterministic drafts
 * can accept (EAGLE's {@code evaluate_posterior}, see docs/speculation.md). Only typical
 * acceptance, where it is asked for, has the sampler put other tokens in the place of those that
 * were drawn.
 */
final class StepExecutor {

    private final LoadedModel loaded;
    private final Speculator speculator;
    private final Function<Sequence, ActiveGeneration> generations;

    StepExecutor(LoadedModel loaded, Function<Sequence, ActiveGeneration> generations) {
        this.loaded = loaded;
        this.speculator = loaded.speculator();
        this.generations = generations;
    }

    /**
     * Computes a step.
     *
     * @param inputs what went through the model
     * @param verified what it means for the sequences that have new tokens
     */
    record Outcome(StepInputs inputs, List<Verified> verified) {}

    Outcome execute(StepPlan plan) throws InterruptedException {
        List<CopyOnWrite> copies = new ArrayList<>();
        for (Work work : plan.work()) {
            work.sequence().blocks().writable(work.from()).ifPresent(copies::add);
        }
        loaded.turn().take();
        try {
            loaded.decoder().copy(copies);
            StepInputs inputs = loaded.inputs(speculator.draft(plan, this::speculates));
            loaded.threads().begin(inputs.rows());
            long begin = System.nanoTime();
            List<Verified> verified = verify(inputs);
            long nanos = System.nanoTime() - begin;
            loaded.threads().end(nanos);
            speculator.verified(verified, nanos);
            return new Outcome(inputs, verified);
        } finally {
            loaded.turn().pass();
        }
    }

    private boolean speculates(Sequence sequence) {
        return generations.apply(sequence).speculates();
    }

    private List<Verified> verify(StepInputs inputs) {
        List<Draw> draws = new ArrayList<>();
        for (StepWork work : inputs.sampled()) {
            addDraws(work, draws);
        }
        List<SampledToken> tokens;
        try (IValue logits = loaded.decoder().logits(inputs)) {
            tokens = draws.isEmpty() ? List.of() : loaded.sampler().sample(logits, draws);
        }
        List<Verified> verified = new ArrayList<>();
        LongStream.Builder sources = LongStream.builder();
        LongStream.Builder targets = LongStream.builder();
        int first = 0;
        for (StepWork work : inputs.sampled()) {
            List<SampledToken> drawn = tokens.subList(first, first + work.outputs());
            first += work.outputs();
            verified.add(verify(work, drawn, sources, targets));
        }
        loaded.decoder().move(sources.build().toArray(), targets.build().toArray());
        return verified;
    }

    private void addDraws(StepWork work, List<Draw> draws) {
        ActiveGeneration generation = generations.apply(work.sequence());
        for (int node = 0; node <= work.draft().size(); node++) {
            draws.add(new Draw(generation, work.draft(), node));
        }
    }

    private static Verified verify(
            StepWork work,
            List<SampledToken> drawn,
            LongStream.Builder sources,
            LongStream.Builder targets) {
        TokenTree draft = work.draft();
        AcceptedPath path =
                DrawVerifier.verify(draft, drawn.stream().mapToInt(SampledToken::token).toArray());
        List<SampledToken> tokens = new ArrayList<>();
        tokens.add(drawn.get(0));
        int root = work.work().end() - 1;
        BlockTable blocks = work.sequence().blocks();
        int[] nodes = path.nodes();
        for (int i = 0; i < nodes.length; i++) {
            tokens.add(drawn.get(nodes[i]));
            if (nodes[i] != i + 1) {
                sources.add(blocks.slot(root + nodes[i]));
                targets.add(blocks.slot(root + i + 1));
            }
        }
        return new Verified(work, nodes.length, tokens, drawn);
    }
}
