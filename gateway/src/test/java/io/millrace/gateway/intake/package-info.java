@NullMarked
package io.millrace.gateway.intake;

import org.jspecify.annotations.NullMarked;
