package io.millrace.job.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns an exception and what caused it into the one sentence that a person can act on. */
final class Failures {

    private Failures() {}

    /**
     * The message of the innermost cause: frameworks wrap what happened in what they were doing. A
     * cause without a message is named by its type.
     */
    static String sentence(Throwable failure) {
        Throwable innermost = causes(failure).getLast();
        @Nullable String message = innermost.getMessage();
        return message == null || message.isBlank()
                ? innermost.getClass().getSimpleName()
                : message.strip().lines().findFirst().orElse("");
    }

    /** The failure and its causes, outermost first. */
    static Deque<Throwable> causes(Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Throwable> chain = new ArrayList<>();
        for (@Nullable Throwable t = failure; t != null && seen.add(t); t = t.getCause()) {
            chain.add(t);
        }
        return new ArrayDeque<>(chain);
    }
}
