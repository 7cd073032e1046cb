package io.millrace.gpu.engine;

import ai.djl.pytorch.jni.IValue;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.StepPlan;
import io.millrace.core.speculate.TokenTree;
import io.millrace.gpu.decode.StepInputs;
import io.millrace.gpu.decode.StepWork;
import java.util.List;

/** Sequences whose prompts are computed, to be drafted for. */
final class Prefilled {

    private Prefilled() {}

    /** One of a prompt, all of which is computed. */
    static Sequence of(LoadedModel model, String key, int[] prompt) {
        Sequence sequence =
                new Sequence(
                        key,
                        prompt,
                        new int[0],
                        100,
                        LengthEstimate.atMost(100),
                        Service.DEFAULT,
                        0);
        model.scheduler().add(sequence);
        while (sequence.computed() < prompt.length) {
            StepPlan plan = model.scheduler().schedule(0);
            StepInputs inputs = model.inputs(plan.work().stream().map(StepWork::plain).toList());
            try (IValue logits = model.decoder().logits(inputs)) {
                plan.work().forEach(work -> model.scheduler().advance(work, 0));
            }
        }
        return sequence;
    }

    /** What is drafted behind a first token of the answer; the sequence is over then. */
    static TokenTree draft(LoadedModel model, Sequence sequence, int next) {
        sequence.append(next);
        List<StepWork> work = model.speculator().draft(model.scheduler().schedule(0), any -> true);
        model.scheduler().finish(sequence);
        model.speculator().forget(sequence);
        return work.get(0).draft();
    }
}
