/** What a batch is: its manifest, its counts and the object that clients see. */
@NullMarked
package io.millrace.core.ledger;

import org.jspecify.annotations.NullMarked;
