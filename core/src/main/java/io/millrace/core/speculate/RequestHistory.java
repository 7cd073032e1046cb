package io.millrace.core.speculate;

/**
 * What a {@link SpeculationPlanner} remembers of one request: how well each drafter guessed it.
 * Made by {@link SpeculationPlanner#newRequest()}, opaque to others. One thread, the planner's.
 */
public final class RequestHistory {

    private final RequestAcceptance[] byDrafter;

    RequestHistory(RequestAcceptance... byDrafter) {
        this.byDrafter = byDrafter;
    }

    RequestAcceptance of(int drafter) {
        return byDrafter[drafter];
    }
}
