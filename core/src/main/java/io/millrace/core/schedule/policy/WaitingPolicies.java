package io.millrace.core.schedule.policy;

import io.millrace.core.schedule.WaitingPolicy;
import io.millrace.core.schedule.policy.VirtualTokenCounter.Charging;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The policies that options can name: {@code name}, or {@code name(key=value; key=value)} with
 * parameters of its own, for example {@code isrtf(ageing=2)}.
 */
public final class WaitingPolicies {

    private static final Map<String, Function<PolicyParameters, WaitingPolicy>> ALL =
            new LinkedHashMap<>();

    static {
        ALL.put("fcfs", p -> new FirstComeFirstServed());
        ALL.put("sjf", p -> new ShortestJobFirst());
        ALL.put("ljf", p -> new LongestJobFirst());
        ALL.put("shortest-prompt", p -> new ShortestPromptFirst());
        ALL.put("longest-prompt", p -> new LongestPromptFirst());
        ALL.put("bucketserve", p -> new BucketServe("bucketserve", BucketServe.Cut.MIDDLE));
        ALL.put(
                "bucketserve-quantile",
                p -> new BucketServe("bucketserve-quantile", BucketServe.Cut.QUANTILE));
        ALL.put(
                "isrtf",
                p ->
                        new IterativeShortestRemaining(
                                p.number("ageing", IterativeShortestRemaining.AGEING),
                                p.number("margin", IterativeShortestRemaining.MARGIN)));
        ALL.put(
                "mlfq",
                p ->
                        new SkipJoinMlfq(
                                (int) p.whole("quantum", SkipJoinMlfq.QUANTUM),
                                p.whole("starve-ms", SkipJoinMlfq.STARVE_MS)));
        ALL.put("scls", p -> new SliceLevel((int) p.whole("slice", SliceLevel.SLICE)));
        ALL.put("slo-annealing", p -> new SloAnnealing(p.whole("seed", 1)));
        ALL.put(
                "qlm",
                p -> new RequestGroups((int) p.whole("group-size", RequestGroups.GROUP_SIZE)));
        ALL.put("slo-odbs", p -> new SloBatching(p.number("threshold", SloBatching.THRESHOLD)));
        ALL.put("mc-sf", p -> new MemoryConstrainedShortest());
        ALL.put("sorted-f", p -> new SortedF());
        ALL.put("vtc", p -> new VirtualTokenCounter(Charging.GENERATED, p.numbers("weight")));
        ALL.put(
                "vtc-predicted",
                p -> new VirtualTokenCounter(Charging.PREDICTED, p.numbers("weight")));
        ALL.put(
                "dlpm",
                p -> new DeficitLongestPrefix(p.number("quantum", DeficitLongestPrefix.QUANTUM)));
    }

    private WaitingPolicies() {}

    /**
     * The policy of that name, with the parameters behind it.
     *
     * @throws IllegalArgumentException if there is none, listing those that there are; or if it has
     *     no such parameter, listing those that it has
     */
    public static WaitingPolicy named(String text) {
        PolicyParameters parameters = PolicyParameters.parse(text);
        Function<PolicyParameters, WaitingPolicy> make = ALL.get(parameters.policy());
        if (make == null) {
            throw new IllegalArgumentException(
                    "policy: %s (expected: one of %s)"
                            .formatted(parameters.policy(), String.join(", ", names())));
        }
        WaitingPolicy policy = make.apply(parameters);
        parameters.checkAllRead();
        return policy;
    }

    /** Every name. */
    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** Names of those that are an order and nothing else. */
    public static List<String> orders() {
        return ALL.keySet().stream().filter(n -> named(n) instanceof OrderedPolicy).toList();
    }
}
