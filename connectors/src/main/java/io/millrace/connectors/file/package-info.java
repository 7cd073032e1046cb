/**
 * Requests from files, JSON lines or Arrow, and results into one file that grows as they arrive.
 */
@NullMarked
package io.millrace.connectors.file;

import org.jspecify.annotations.NullMarked;
