package io.millrace.core.cluster;

import static io.millrace.core.internal.Arguments.check;

/**
 * How requests are spread over lanes.
 *
 * @param lanes how many there are; a few times the largest number of engines, since a rescale moves
 *     whole lanes
 * @param loadBound a lane whose load is this times the mean takes nothing more; 1.25 by default
 * @param window the load is that of the last so many requests
 * @param prefixTokens requests whose first so many tokens are equal share a lane; in shorter
 *     prompts there is too little to share
 */
public record RoutingSettings(int lanes, double loadBound, int window, int prefixTokens) {

    private static final double LOAD_BOUND = 1.25;
    private static final int WINDOW_PER_LANE = 32;
    private static final int PREFIX_TOKENS = 64;

    public RoutingSettings {
        check(lanes >= 1, "lanes", lanes, "at least 1");
        check(loadBound > 1, "loadBound", loadBound, "above 1");
        check(window >= 1, "window", window, "at least 1");
        check(prefixTokens >= 1, "prefixTokens", prefixTokens, "at least 1");
    }

    /** So many lanes; everything else as usual. */
    public static RoutingSettings of(int lanes) {
        return new RoutingSettings(lanes, LOAD_BOUND, WINDOW_PER_LANE * lanes, PREFIX_TOKENS);
    }
}
