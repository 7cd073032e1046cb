package io.millrace.job.cli;

import io.millrace.gpu.model.ModelFormatException;
import io.millrace.job.catalog.CatalogException;
import io.millrace.job.options.ConfigurationException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;

/** Turns an exception and what caused it into the one sentence that a person can act on. */
final class Failures {

    private Failures() {}

    /**
     * The message of the first cause that was written for the user, else of the innermost one:
     * frameworks wrap what happened in what they were doing. A cause without a message is named by
     * its type.
     */
    static String sentence(Throwable failure) {
        Throwable telling =
                causes(failure).stream()
                        .filter(Failures::isForTheUser)
                        .findFirst()
                        .orElseGet(() -> causes(failure).getLast());
        @Nullable String message = telling.getMessage();
        return message == null || message.isBlank()
                ? telling.getClass().getSimpleName()
                : message.strip().lines().findFirst().orElse("");
    }

    /** Whether nothing was run because of what the user asked for. */
    static boolean isForTheUser(Throwable failure) {
        return failure instanceof CatalogException
                || failure instanceof ConfigurationException
                || failure instanceof ModelFormatException
                || failure instanceof ParameterException;
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
