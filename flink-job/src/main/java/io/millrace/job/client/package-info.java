/** A client of the gateway, for people and scripts at a command line. */
@NullMarked
package io.millrace.job.client;

import org.jspecify.annotations.NullMarked;
