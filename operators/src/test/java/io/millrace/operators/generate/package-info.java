@NullMarked
package io.millrace.operators.generate;

import org.jspecify.annotations.NullMarked;
