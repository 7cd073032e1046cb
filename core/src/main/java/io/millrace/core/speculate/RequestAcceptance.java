package io.millrace.core.speculate;

/**
 * How well one drafter guesses one request, see {@link AcceptanceStatistics}, which makes and feeds
 * it. One thread, that of the statistics.
 */
public final class RequestAcceptance {

    private final OddsTilt tilt = new OddsTilt(0.97, 6);

    RequestAcceptance() {}

    OddsTilt tilt() {
        return tilt;
    }
}
