/** Checkpoints on disk: what a model is and where its weights lie, checked before use. */
@NullMarked
package io.millrace.gpu.model;

import org.jspecify.annotations.NullMarked;
