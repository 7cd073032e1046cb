package io.millrace.job.client;

import java.io.IOException;

/** The gateway refused what it was asked; asking again cannot help. */
public final class GatewayException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;

    GatewayException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }
}
