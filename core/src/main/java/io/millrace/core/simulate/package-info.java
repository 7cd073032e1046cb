/** What a policy would do to given traffic: the job's own scheduling against a model of time. */
@NullMarked
package io.millrace.core.simulate;

import org.jspecify.annotations.NullMarked;
