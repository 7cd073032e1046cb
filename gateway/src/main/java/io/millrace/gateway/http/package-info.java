/** What every call has in common: its key, its id, and how errors are told. */
@NullMarked
package io.millrace.gateway.http;

import org.jspecify.annotations.NullMarked;
