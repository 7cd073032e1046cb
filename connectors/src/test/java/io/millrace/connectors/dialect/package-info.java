@NullMarked
package io.millrace.connectors.dialect;

import org.jspecify.annotations.NullMarked;
