package io.millrace.operators.admit;

import io.millrace.core.request.Completion;
import io.millrace.core.request.DeadLetter;
import io.millrace.core.request.QueuedRequest;

/** What became of one request of a record. */
sealed interface Admission {

    /** It goes on. */
    record Accepted(QueuedRequest request) implements Admission {}

    /** It is answered with an error. */
    record Rejected(Completion completion) implements Admission {}

    /** Nobody can be answered. */
    record Dead(DeadLetter letter) implements Admission {}
}
