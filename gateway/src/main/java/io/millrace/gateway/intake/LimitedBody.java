package io.millrace.gateway.intake;

import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.ErrorKind;
import java.io.IOException;

/** Passes a body on up to a size, then refuses it. Used by one thread at a time. */
final class LimitedBody implements BodyConsumer {

    private final BodyConsumer next;
    private final long maxBytes;
    private final String code;
    private long bytes;

    /**
     * @param code what programs read in the refusal; empty for none
     */
    LimitedBody(BodyConsumer next, long maxBytes, String code) {
        this.next = next;
        this.maxBytes = maxBytes;
        this.code = code;
    }

    @Override
    public void accept(byte[] data, int offset, int length) throws IOException {
        bytes += length;
        if (bytes > maxBytes) {
            throw tooLarge(maxBytes, code);
        }
        next.accept(data, offset, length);
    }

    @Override
    public void finish() throws IOException {
        next.finish();
    }

    static ApiException tooLarge(long maxBytes, String code) {
        ApiException refusal =
                ApiException.of(
                        ErrorKind.TOO_LARGE,
                        "Request body exceeds the maximum size of %d bytes".formatted(maxBytes));
        return code.isEmpty() ? refusal : refusal.code(code);
    }
}
