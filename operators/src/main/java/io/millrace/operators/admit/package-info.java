/** From records to requests that the engine can run: read, checked, tokenised. */
@NullMarked
package io.millrace.operators.admit;

import org.jspecify.annotations.NullMarked;
