@NullMarked
package io.millrace.gateway.openai;

import org.jspecify.annotations.NullMarked;
