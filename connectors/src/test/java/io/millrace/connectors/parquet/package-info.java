@NullMarked
package io.millrace.connectors.parquet;

import org.jspecify.annotations.NullMarked;
