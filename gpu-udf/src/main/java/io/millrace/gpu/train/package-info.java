/**
 * Trains draft heads for a model from its own answers: the model answers prompts, its hidden states
 * are recorded, heads learn to guess ahead from them, and are written in the published layouts.
 */
@NullMarked
package io.millrace.gpu.train;

import org.jspecify.annotations.NullMarked;
