/**
 * Requests from Kafka topics, results and dead letters to them, and a broker within the process for
 * tests and local mode.
 */
@NullMarked
package io.millrace.connectors.kafka;

import org.jspecify.annotations.NullMarked;
