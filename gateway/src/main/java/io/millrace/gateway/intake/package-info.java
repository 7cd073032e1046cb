/** Takes a batch in: body, validation, spool, one Kafka transaction. */
@NullMarked
package io.millrace.gateway.intake;

import org.jspecify.annotations.NullMarked;
