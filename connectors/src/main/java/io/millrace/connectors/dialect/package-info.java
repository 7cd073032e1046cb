/**
 * The JSON dialects that requests are written in and results are answered in: native, OpenAI batch
 * lines, Anthropic batch entries. One class per dialect, registered in {@link
 * io.millrace.connectors.dialect.Dialects}.
 */
@NullMarked
package io.millrace.connectors.dialect;

import org.jspecify.annotations.NullMarked;
