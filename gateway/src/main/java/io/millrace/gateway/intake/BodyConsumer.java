package io.millrace.gateway.intake;

import java.io.IOException;

/**
 * Takes the bytes of a body as they arrive, one call at a time, on threads that may block. It may
 * throw {@link io.millrace.gateway.http.ApiException}, which ends the call.
 */
public interface BodyConsumer {

    /** The next bytes; the array is only lent. */
    void accept(byte[] bytes, int offset, int length) throws IOException;

    /** There are no more. */
    void finish() throws IOException;
}
