/**
 * How a job over bounded input ends: a source that stays open, so that checkpoints keep passing,
 * until every accepted request has its result.
 */
@NullMarked
package io.millrace.operators.drain;

import org.jspecify.annotations.NullMarked;
