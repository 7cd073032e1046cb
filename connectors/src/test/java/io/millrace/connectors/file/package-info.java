@NullMarked
package io.millrace.connectors.file;

import org.jspecify.annotations.NullMarked;
