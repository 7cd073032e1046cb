package io.millrace.gateway.intake;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.gateway.http.Call;
import io.millrace.gateway.http.Json;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;

/** Small bodies, read whole. Stateless. */
public final class Bodies {

    private Bodies() {}

    /** Completes with the object that a call's body is, on a thread that may block. */
    public static CompletableFuture<ObjectNode> object(Call call, BodyLimits limits) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        BodyConsumer consumer =
                new BodyConsumer() {
                    @Override
                    public void accept(byte[] bytes, int offset, int length) {
                        whole.write(bytes, offset, length);
                    }

                    @Override
                    public void finish() {}
                };
        return BodyReader.read(call.context(), call.request(), limits, consumer)
                .thenApplyAsync(
                        read -> Json.object(whole.toByteArray()),
                        call.context().blockingTaskExecutor());
    }
}
