@NullMarked
package io.millrace.gateway.console;

import org.jspecify.annotations.NullMarked;
