/** The KV tensors behind the block book-keeping of {@code core.memory}. */
@NullMarked
package io.millrace.gpu.cache;

import org.jspecify.annotations.NullMarked;
