@NullMarked
package io.millrace.connectors.arrow;

import org.jspecify.annotations.NullMarked;
