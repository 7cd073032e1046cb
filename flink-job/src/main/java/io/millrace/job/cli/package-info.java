/** What a person types: commands, their options and what they print. */
@NullMarked
package io.millrace.job.cli;

import org.jspecify.annotations.NullMarked;
