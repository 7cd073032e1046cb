package io.millrace.core.request;

/** What an operator of the job, human or gateway, tells a running job; sent to every subtask. */
public sealed interface ControlMessage {

    /**
     * End a request without an answer; ids that are not held are ignored.
     *
     * @param id the client's id; every request that carries it is canceled
     */
    record Cancel(String id) implements ControlMessage {}
}
