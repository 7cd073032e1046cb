/** Results as Parquet files, without Hadoop. */
@NullMarked
package io.millrace.connectors.parquet;

import org.jspecify.annotations.NullMarked;
