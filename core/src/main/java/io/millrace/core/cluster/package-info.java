/** Where in the cluster a request goes. */
@NullMarked
package io.millrace.core.cluster;

import org.jspecify.annotations.NullMarked;
