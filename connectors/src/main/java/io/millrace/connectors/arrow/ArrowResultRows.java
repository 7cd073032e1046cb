package io.millrace.connectors.arrow;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Failure;
import io.millrace.core.request.Timing;
import io.millrace.core.request.TokenLogprobs;
import io.millrace.core.request.Usage;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMilliTZVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.complex.writer.BaseWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The rows of one record batch of results, used again for the next. Used by one thread. */
final class ArrowResultRows implements AutoCloseable {

    private static final ArrowType TEXT = ArrowType.Utf8.INSTANCE;
    private static final ArrowType INTEGER = new ArrowType.Int(32, true);
    private static final ArrowType TIME = new ArrowType.Timestamp(TimeUnit.MILLISECOND, "UTC");
    private static final ArrowType LOGPROB =
            new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);

    private static final String LOGPROBS = "logprobs";

    static final Schema SCHEMA =
            new Schema(
                    Stream.of(
                                    fields(
                                            TEXT,
                                            "id",
                                            "status",
                                            "model",
                                            "tenant",
                                            "text",
                                            "finish_reason",
                                            "stop_sequence",
                                            "error_code",
                                            "error_message"),
                                    fields(
                                            INTEGER,
                                            "input_tokens",
                                            "output_tokens",
                                            "cached_tokens"),
                                    fields(TIME, "arrival", "started", "first_token", "finished"),
                                    Stream.of(
                                            list(
                                                    LOGPROBS,
                                                    Stream.concat(
                                                            entryFields(),
                                                            Stream.of(
                                                                    list("top", entryFields()))))))
                            .flatMap(part -> part)
                            .toList());

    private final VectorSchemaRoot root;
    private final UnionListWriter logprobs;
    private int count;

    ArrowResultRows(BufferAllocator allocator) {
        root = VectorSchemaRoot.create(SCHEMA, allocator);
        logprobs = ((ListVector) root.getVector(LOGPROBS)).getWriter();
    }

    private static Stream<Field> fields(ArrowType type, String... names) {
        return Stream.of(names).map(name -> Field.nullable(name, type));
    }

    private static Stream<Field> entryFields() {
        return Stream.of(
                Field.nullable("token_id", INTEGER),
                Field.nullable("token", TEXT),
                Field.nullable("logprob", LOGPROB));
    }

    private static Field list(String name, Stream<Field> parts) {
        Field struct =
                new Field(
                        ListVector.DATA_VECTOR_NAME,
                        FieldType.nullable(ArrowType.Struct.INSTANCE),
                        parts.toList());
        return new Field(name, FieldType.nullable(ArrowType.List.INSTANCE), List.of(struct));
    }

    VectorSchemaRoot root() {
        return root;
    }

    int count() {
        return count;
    }

    void add(Completion result) {
        set("id", result.id());
        set("status", result.status().name().toLowerCase(Locale.ROOT));
        set("model", result.model());
        set("tenant", result.tenant());
        if (result.outcome() instanceof Completion.Succeeded succeeded) {
            setAnswer(succeeded.answer());
        } else if (result.outcome() instanceof Completion.Failed failed) {
            setFailure(failed.failure());
        }
        setUsage(result.usage());
        setTiming(result.timing());
        count++;
    }

    private void setAnswer(Answer answer) {
        set("text", answer.text());
        set("finish_reason", answer.finishReason().name().toLowerCase(Locale.ROOT));
        set("stop_sequence", answer.stopSequence());
        if (!answer.logprobs().isEmpty()) {
            logprobs.setPosition(count);
            logprobs.startList();
            for (TokenLogprobs token : answer.logprobs()) {
                BaseWriter.StructWriter struct = logprobs.struct();
                struct.start();
                writeEntry(token.token(), struct);
                BaseWriter.ListWriter top = struct.list("top");
                top.startList();
                for (TokenLogprobs.Entry alternative : token.alternatives()) {
                    top.struct().start();
                    writeEntry(alternative, top.struct());
                    top.struct().end();
                }
                top.endList();
                struct.end();
            }
            logprobs.endList();
        }
    }

    private static void writeEntry(TokenLogprobs.Entry entry, BaseWriter.StructWriter struct) {
        struct.integer("token_id").writeInt(entry.tokenId());
        struct.varChar("token").writeVarChar(entry.text());
        struct.float4("logprob").writeFloat4(entry.logprob());
    }

    private void setFailure(Failure failure) {
        set("error_code", failure.code().wireName());
        set("error_message", failure.message());
    }

    private void setUsage(Usage usage) {
        set("input_tokens", usage.inputTokens());
        set("output_tokens", usage.outputTokens());
        set("cached_tokens", usage.cachedTokens());
    }

    private void setTiming(Timing timing) {
        setTime("arrival", timing.arrivalMs());
        setTime("started", timing.startedMs());
        setTime("first_token", timing.firstTokenMs());
        setTime("finished", timing.finishedMs());
    }

    private void set(String column, @Nullable String value) {
        if (value != null) {
            ((VarCharVector) root.getVector(column)).setSafe(count, value.getBytes(UTF_8));
        }
    }

    private void set(String column, int value) {
        ((IntVector) root.getVector(column)).setSafe(count, value);
    }

    /** 0 is how {@link Timing} says never. */
    private void setTime(String column, long epochMs) {
        if (epochMs != 0) {
            ((TimeStampMilliTZVector) root.getVector(column)).setSafe(count, epochMs);
        }
    }

    /** Ends the batch, so that it can be written. */
    void complete() {
        root.setRowCount(count);
    }

    void clear() {
        root.clear();
        logprobs.setPosition(0);
        count = 0;
    }

    @Override
    public void close() {
        root.close();
    }
}
