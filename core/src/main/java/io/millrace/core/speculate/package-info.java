/**
 * What speculative decoding needs beside tensors: trees of drafted tokens, their masks and
 * verification, and how much drafting pays.
 */
@NullMarked
package io.millrace.core.speculate;

import org.jspecify.annotations.NullMarked;
