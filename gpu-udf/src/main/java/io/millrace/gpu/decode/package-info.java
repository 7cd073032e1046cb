/**
 * A model that computes steps: its weights brought into a program, the work of a step brought into
 * rows, groups and masks. Used by the engine for the model that answers, and by drafters.
 */
@NullMarked
package io.millrace.gpu.decode;

import org.jspecify.annotations.NullMarked;
