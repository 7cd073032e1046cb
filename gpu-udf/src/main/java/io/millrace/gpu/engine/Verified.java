package io.millrace.gpu.engine;

import io.millrace.gpu.decode.StepWork;
import java.util.List;

/**
 * What a step has made of one sequence.
 *
 * @param work what was computed
 * @param accepted how many of the drafted tokens hold
 * @param tokens what follows the known tokens: the accepted ones and the model's own
 * @param drawn the model's token behind every node of the draft, the root first
 */
record Verified(StepWork work, int accepted, List<SampledToken> tokens, List<SampledToken> drawn) {}
