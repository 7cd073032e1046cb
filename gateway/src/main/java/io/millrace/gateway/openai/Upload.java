package io.millrace.gateway.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.multipart.BodyPart;
import com.linecorp.armeria.common.multipart.MimeParsingException;
import com.linecorp.armeria.common.multipart.Multipart;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.Call;
import io.millrace.gateway.intake.BodyConsumer;
import io.millrace.gateway.intake.BodyLimits;
import io.millrace.gateway.intake.BodyReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A multipart body as it arrives: the part {@code file} goes to a file on disk, whatever comes
 * before or after it; the others are short. One part at a time, in bounded memory.
 */
final class Upload implements Subscriber<BodyPart> {

    private static final int MAX_FIELD_BYTES = 1 << 14;
    private static final int MAX_PARTS = 20;

    private final Call call;
    private final BodyLimits limits;
    private final Path target;
    private final CompletableFuture<Upload> done = new CompletableFuture<>();
    private final Map<String, String> fields = new HashMap<>();
    private CompletableFuture<@Nullable Void> current = CompletableFuture.completedFuture(null);
    private @Nullable Subscription subscription;
    private @Nullable String filename;
    private int parts;

    private Upload(Call call, BodyLimits limits, Path target) {
        this.call = call;
        this.limits = limits;
        this.target = target;
    }

    /** Completes when all of a body is on disk. */
    static CompletableFuture<Upload> receive(Call call, BodyLimits limits, Path target) {
        Upload upload = new Upload(call, limits, target);
        Multipart.from(call.request()).bodyParts().subscribe(upload, call.context().eventLoop());
        return upload.done;
    }

    /** Name of the file at the client's; null if there was none. */
    @Nullable String filename() {
        return filename;
    }

    /** A short part; null if there was none. */
    @Nullable String field(String name) {
        return fields.get(name);
    }

    @Override
    public void onSubscribe(Subscription started) {
        subscription = started;
        started.request(1);
    }

    @Override
    public void onNext(BodyPart part) {
        String name = part.name();
        boolean file = "file".equals(name) && filename == null;
        if (++parts > MAX_PARTS || name == null) {
            fail(ApiException.invalid("The form has too many parts, or one without a name"));
            return;
        }
        if (file) {
            filename = part.filename() == null ? "file" : part.filename();
        }
        current =
                (file ? toFile(part) : toField(name, part))
                        .handleAsync(
                                (nothing, failure) -> {
                                    if (failure != null) {
                                        fail(failure);
                                    } else if (subscription != null) {
                                        subscription.request(1);
                                    }
                                    return null;
                                },
                                call.context().eventLoop());
    }

    private CompletableFuture<Void> toFile(BodyPart part) {
        OutputStream out;
        try {
            out = Files.newOutputStream(target);
        } catch (IOException e) {
            throw new UncheckedIOException("upload to " + target, e);
        }
        return BodyReader.readPart(call.context(), part.content(), limits, writingTo(out))
                .whenComplete((nothing, failure) -> close(out));
    }

    private CompletableFuture<Void> toField(String name, BodyPart part) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BodyLimits few = new BodyLimits(MAX_FIELD_BYTES, limits.idleTimeout());
        return BodyReader.readPart(call.context(), part.content(), few, writingTo(bytes))
                .thenRun(() -> fields.put(name, bytes.toString(UTF_8)));
    }

    private static BodyConsumer writingTo(OutputStream out) {
        return new BodyConsumer() {
            @Override
            public void accept(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
            }

            @Override
            public void finish() throws IOException {
                out.flush();
            }
        };
    }

    private static void close(OutputStream out) {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException("upload", e);
        }
    }

    @Override
    public void onError(Throwable cause) {
        Throwable told =
                cause instanceof MimeParsingException
                        ? ApiException.invalid("The request body is not a valid multipart form")
                        : cause;
        current = current.thenRun(() -> done.completeExceptionally(told));
    }

    @Override
    public void onComplete() {
        current = current.thenRun(() -> done.complete(this));
    }

    private void fail(Throwable failure) {
        if (subscription != null) {
            subscription.cancel();
        }
        done.completeExceptionally(failure);
    }
}
