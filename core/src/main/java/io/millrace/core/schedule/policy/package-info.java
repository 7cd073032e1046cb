/** Orders in which waiting sequences start, one file each. */
@NullMarked
package io.millrace.core.schedule.policy;

import org.jspecify.annotations.NullMarked;
