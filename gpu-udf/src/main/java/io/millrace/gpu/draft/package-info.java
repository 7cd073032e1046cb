/**
 * Drafters: what proposes the tokens that the model then verifies many at a time. One class per
 * method, registered in {@link io.millrace.gpu.draft.Drafters}.
 */
@NullMarked
package io.millrace.gpu.draft;

import org.jspecify.annotations.NullMarked;
