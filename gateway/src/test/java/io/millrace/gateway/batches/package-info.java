@NullMarked
package io.millrace.gateway.batches;

import org.jspecify.annotations.NullMarked;
