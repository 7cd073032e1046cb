/** The API of OpenAI's files and batches. */
@NullMarked
package io.millrace.gateway.openai;

import org.jspecify.annotations.NullMarked;
