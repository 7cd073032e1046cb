@NullMarked
package io.millrace.operators.report;

import org.jspecify.annotations.NullMarked;
