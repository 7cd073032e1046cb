/** The engine as the job sees it: what goes in, what comes out, and nothing of how. */
@NullMarked
package io.millrace.core.engine;

import org.jspecify.annotations.NullMarked;
