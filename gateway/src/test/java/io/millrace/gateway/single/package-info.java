@NullMarked
package io.millrace.gateway.single;

import org.jspecify.annotations.NullMarked;
