package io.millrace.core.schedule;

import io.millrace.core.request.Service;

/** All that a policy may know of something that waits. What it returns changes only as it runs. */
public interface Candidate {

    /** Epoch milliseconds at which it entered the job. */
    long arrivalMs();

    /** Tokens of the prompt. */
    int promptLength();

    /** Tokens generated so far; not 0 for one that was interrupted. */
    int generatedLength();

    /** Tokens still to come, by prediction: the median case. */
    int expectedRemaining();

    /** Tokens still to come, by prediction, if the answer is a long one. */
    int predictedRemaining();

    /** The most tokens still to come. */
    int maxRemaining();

    /** Whom it belongs to and how urgent it is. */
    Service service();
}
