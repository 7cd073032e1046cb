@NullMarked
package io.millrace.gateway.anthropic;

import org.jspecify.annotations.NullMarked;
