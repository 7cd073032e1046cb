package io.millrace.core.cluster;

import io.millrace.core.request.QueuedRequest;

/** What a router may know of an engine: values of this moment, valid during the call only. */
public interface EngineLoad {

    /** Tokens still to come, by prediction, of all that it holds. */
    long predictedRemaining();

    /** Requests that it holds. */
    int requests();

    /** Of those, how many run. */
    int running();

    /** KV slots that are in use, tokens. */
    long usedTokens();

    /** All KV slots, tokens. */
    long kvTokens();

    /** Tokens that whoever would start next needs at once; 0 if nobody waits. */
    long headDemand();

    /** Tokens of the prompt that its cache has. */
    int cachedTokens(QueuedRequest request);
}
