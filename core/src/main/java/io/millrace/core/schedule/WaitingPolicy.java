package io.millrace.core.schedule;

import java.util.Comparator;

/**
 * The order in which waiting sequences start. Stateless and consistent: it depends on nothing but
 * the two it compares, and never on the clock. Priority and deadline come first whatever the
 * policy; ties are broken by the order of arrival at the scheduler.
 */
public interface WaitingPolicy extends Comparator<Candidate> {

    /** The name by which options choose it. */
    String name();
}
