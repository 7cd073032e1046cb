/**
 * Text to tokens and back: Hugging Face tokenizers, chat templates, text that grows token by token,
 * stop strings.
 */
@NullMarked
package io.millrace.gpu.tokenize;

import org.jspecify.annotations.NullMarked;
