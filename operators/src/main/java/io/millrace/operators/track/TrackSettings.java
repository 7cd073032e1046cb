package io.millrace.operators.track;

import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;

/**
 * How batches are tracked.
 *
 * @param publishInterval between two updates of a batch whose status has not changed
 * @param abandonAfter how long results may come of a batch whose manifest does not: it was written
 *     in the same transaction
 */
@PublicEvolving
public record TrackSettings(Duration publishInterval, Duration abandonAfter)
        implements Serializable {

    /** Live for somebody who watches, and a day for a control topic that lags behind. */
    public static final TrackSettings DEFAULT =
            new TrackSettings(Duration.ofSeconds(1), Duration.ofDays(1));
}
