@NullMarked
package io.millrace.operators.batch;

import org.jspecify.annotations.NullMarked;
