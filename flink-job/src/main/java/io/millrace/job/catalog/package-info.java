/** Models by name: embedded ones, those in the cache of the user, and where others come from. */
@NullMarked
package io.millrace.job.catalog;

import org.jspecify.annotations.NullMarked;
