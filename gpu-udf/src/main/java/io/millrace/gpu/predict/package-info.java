/**
 * Trained length predictors: ELIS's sentence encoder and a regressor on the model's own hidden
 * state.
 */
@NullMarked
package io.millrace.gpu.predict;

import org.jspecify.annotations.NullMarked;
