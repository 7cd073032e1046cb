/** Book-keeping of the paged KV cache: which block belongs to whom, and who may still join. */
@NullMarked
package io.millrace.core.memory;

import org.jspecify.annotations.NullMarked;
