package io.millrace.gateway.single;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;

/** How a single request is written for the job, and its answer for the client. Stateless. */
interface Exchange {

    /** That reads the request and phrases the answer. */
    String dialect();

    /** The request as it stands on its topic. */
    ObjectNode entry(String id, ObjectNode body);

    /**
     * The body of the answer.
     *
     * @param line as the job wrote it
     * @throws io.millrace.gateway.http.ApiException for a request that failed
     */
    JsonNode result(JsonNode line);

    /**
     * The whole answer as the events of a stream.
     *
     * @param usage whether the client asked for an event with the usage
     */
    HttpResponse events(JsonNode result, boolean usage);
}
