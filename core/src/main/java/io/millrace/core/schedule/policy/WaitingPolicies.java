package io.millrace.core.schedule.policy;

import io.millrace.core.schedule.WaitingPolicy;
import java.util.List;

/** The policies that options can name. */
public final class WaitingPolicies {

    private static final List<WaitingPolicy> ALL =
            List.of(
                    new FirstComeFirstServed(),
                    new ShortestJobFirst(),
                    new LongestJobFirst(),
                    new ShortestPromptFirst(),
                    new LongestPromptFirst());

    private WaitingPolicies() {}

    /**
     * The policy of that name.
     *
     * @throws IllegalArgumentException if there is none, listing those that there are
     */
    public static WaitingPolicy named(String name) {
        return ALL.stream()
                .filter(policy -> policy.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "policy: %s (expected: one of %s)"
                                                .formatted(name, String.join(", ", names()))));
    }

    /** Every name. */
    public static List<String> names() {
        return ALL.stream().map(WaitingPolicy::name).toList();
    }
}
