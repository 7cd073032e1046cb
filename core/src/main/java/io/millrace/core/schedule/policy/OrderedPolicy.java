package io.millrace.core.schedule.policy;

import io.millrace.core.schedule.Candidate;
import io.millrace.core.schedule.Discipline;
import io.millrace.core.schedule.WaitingLine;
import io.millrace.core.schedule.WaitingPolicy;
import java.util.Comparator;

/**
 * A policy that is an order and nothing else: it compares two candidates by what does not change
 * while they wait. Ties are broken by the order of arrival at the queue.
 */
public interface OrderedPolicy extends WaitingPolicy, Comparator<Candidate> {

    @Override
    default <C extends Candidate> Discipline<C> begin() {
        return new Discipline<>() {
            @Override
            public WaitingLine<C> newLine() {
                return OrderedLine.by(OrderedPolicy.this);
            }
        };
    }
}
