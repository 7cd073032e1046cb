package io.millrace.gateway.results;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.Call;
import io.millrace.gateway.results.ResultFiles.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Serves the lines of an ended batch, all of them or a range of bytes. They do not change any more,
 * so a download that broke off can be resumed. Safe for any thread.
 */
public final class ResultsService {

    private static final MediaType JSON_LINES = MediaType.create("application", "x-jsonl");
    private static final MediaType ARROW = MediaType.parse("application/vnd.apache.arrow.stream");

    private final ResultFiles files;

    /** Results that lie there. */
    public ResultsService(ResultFiles files) {
        this.files = files;
    }

    /** Which lines. */
    public enum Lines {
        ALL,
        WITHOUT_ERROR,
        WITH_ERROR
    }

    /**
     * The answer.
     *
     * @param batch id of a batch that exists, has ended and that the caller may see
     */
    public HttpResponse serve(Call call, String batch, Lines lines) {
        return HttpResponse.of(
                CompletableFuture.supplyAsync(
                        () -> answer(call, batch, lines), call.context().blockingTaskExecutor()));
    }

    private HttpResponse answer(Call call, String batch, Lines lines) {
        if (lines == Lines.ALL && call.request().headers().accept().contains(ARROW)) {
            return arrow(call, batch);
        }
        List<Part> parts;
        try {
            parts = files.parts(batch);
        } catch (IOException e) {
            throw new UncheckedIOException("results of " + batch, e);
        }
        long size = parts.stream().mapToLong(Part::bytes).sum();
        ResponseHeadersBuilder headers =
                ResponseHeaders.builder(HttpStatus.OK).contentType(JSON_LINES);
        if (lines != Lines.ALL) {
            ChunkSource all = new PartsSource(files, batch, parts, 0, size);
            return ChunkPump.send(
                    call.context(),
                    headers.build(),
                    new LineFilter(all, lines == Lines.WITH_ERROR));
        }
        String tag = "\"%s-%d\"".formatted(batch, size);
        headers.set(HttpHeaderNames.ACCEPT_RANGES, "bytes").set(HttpHeaderNames.ETAG, tag);
        String condition = call.request().headers().get(HttpHeaderNames.IF_RANGE, tag);
        ByteRange range =
                condition.equals(tag)
                        ? ByteRange.parse(call.request().headers().get(HttpHeaderNames.RANGE), size)
                        : null;
        if (range == null) {
            return ChunkPump.send(
                    call.context(), headers.build(), new PartsSource(files, batch, parts, 0, size));
        }
        headers.status(HttpStatus.PARTIAL_CONTENT)
                .set(
                        HttpHeaderNames.CONTENT_RANGE,
                        "bytes %d-%d/%d".formatted(range.from(), range.to(), size));
        long count = range.to() - range.from() + 1;
        return ChunkPump.send(
                call.context(),
                headers.build(),
                new PartsSource(files, batch, parts, range.from(), count));
    }

    /** Without ranges: the pieces are no bytes of one file. */
    private HttpResponse arrow(Call call, String batch) {
        List<Part> parts;
        try {
            parts = files.arrowParts(batch);
        } catch (IOException e) {
            throw new UncheckedIOException("Arrow results of " + batch, e);
        }
        if (parts.isEmpty()) {
            throw ApiException.invalid(
                    "accept: %s (expected: application/x-jsonl; the job writes no Arrow files unless"
                                    .formatted(ARROW)
                            + " batches.arrow-results is true)");
        }
        ResponseHeaders headers = ResponseHeaders.builder(HttpStatus.OK).contentType(ARROW).build();
        return ChunkPump.send(call.context(), headers, new ArrowSource(files, batch, parts));
    }
}
