/** The API of Anthropic's Message Batches. */
@NullMarked
package io.millrace.gateway.anthropic;

import org.jspecify.annotations.NullMarked;
