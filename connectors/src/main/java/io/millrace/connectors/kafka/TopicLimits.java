package io.millrace.connectors.kafka;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What a topic takes, as {@link Topics} found it. Immutable.
 *
 * @param maxMessageBytes its {@code max.message.bytes}
 */
@PublicEvolving
public record TopicLimits(String name, int partitions, int maxMessageBytes)
        implements Serializable {}
