@NullMarked
package io.millrace.gpu.draft;

import org.jspecify.annotations.NullMarked;
