/** What job and gateway must agree on: bytes and headers on Kafka's topics. */
@NullMarked
package io.millrace.wire;

import org.jspecify.annotations.NullMarked;
