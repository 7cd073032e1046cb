@NullMarked
package io.millrace.core.codec;

import org.jspecify.annotations.NullMarked;
