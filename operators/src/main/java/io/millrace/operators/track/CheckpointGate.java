package io.millrace.operators.track;

import java.util.LinkedHashSet;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** Holds keys back until a checkpoint is complete whose barrier came behind them. */
final class CheckpointGate {

    private final NavigableMap<Long, Set<String>> behind = new TreeMap<>();
    private Set<String> open = new LinkedHashSet<>();

    void add(String key) {
        open.add(key);
    }

    /** The barrier of a checkpoint passes. */
    void barrier(long checkpointId) {
        if (!open.isEmpty()) {
            behind.put(checkpointId, open);
            open = new LinkedHashSet<>();
        }
    }

    /** Lets go what a complete checkpoint holds: that of older ones, complete or not, included. */
    Set<String> complete(long checkpointId) {
        Set<String> passed = new LinkedHashSet<>();
        NavigableMap<Long, Set<String>> held = behind.headMap(checkpointId, true);
        held.values().forEach(passed::addAll);
        held.clear();
        return passed;
    }
}
