package io.millrace.operators.batch;

import io.millrace.core.request.QueuedRequest;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.flink.annotation.Internal;

/**
 * A micro-batch: the prompts' tokens as one Arrow list column, row by row beside the requests they
 * belong to. Prompts are copied in as a whole and read as views of the column, so no token is
 * touched one by one. Whoever receives it closes it; views are invalid from then on.
 */
@Internal
public final class TokenBatch implements AutoCloseable {

    /** The only column: {@code prompt_tokens: list<int32>}. */
    public static final String PROMPT_TOKENS = "prompt_tokens";

    private static final ArrowType INT32 = new ArrowType.Int(Integer.SIZE, true);
    private static final Schema SCHEMA =
            new Schema(
                    List.of(
                            new Field(
                                    PROMPT_TOKENS,
                                    FieldType.notNullable(ArrowType.List.INSTANCE),
                                    List.of(
                                            new Field(
                                                    ListVector.DATA_VECTOR_NAME,
                                                    FieldType.notNullable(INT32),
                                                    null)))));

    private final VectorSchemaRoot root;
    private final List<QueuedRequest> requests;

    private TokenBatch(VectorSchemaRoot root, List<QueuedRequest> requests) {
        this.root = root;
        this.requests = requests;
    }

    /**
     * Copies the prompts into Arrow memory.
     *
     * @throws org.apache.arrow.memory.OutOfMemoryException if the allocator's limit is reached;
     *     nothing stays allocated
     */
    public static TokenBatch of(BufferAllocator allocator, List<QueuedRequest> requests) {
        VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
        try {
            fill((ListVector) root.getVector(PROMPT_TOKENS), requests);
            root.setRowCount(requests.size());
            return new TokenBatch(root, List.copyOf(requests));
        } catch (RuntimeException | Error e) {
            root.close();
            throw e;
        }
    }

    private static void fill(ListVector prompts, List<QueuedRequest> requests) {
        int total = 0;
        for (QueuedRequest request : requests) {
            total = Math.addExact(total, request.promptTokens().length);
        }
        prompts.setInitialCapacity(requests.size());
        prompts.allocateNew();
        IntVector tokens = (IntVector) prompts.getDataVector();
        tokens.allocateNew(total);
        tokens.getValidityBuffer().setOne(0, tokens.getValidityBuffer().capacity());
        IntBuffer target = view(tokens.getDataBuffer(), 0, total);
        for (int row = 0; row < requests.size(); row++) {
            int[] prompt = requests.get(row).promptTokens();
            prompts.startNewValue(row);
            target.put(prompt);
            prompts.endValue(row, prompt.length);
        }
        tokens.setValueCount(total);
        prompts.setValueCount(requests.size());
    }

    /** The requests, row by row. */
    public List<QueuedRequest> requests() {
        return requests;
    }

    /** The prompt of a row, as a view of Arrow memory: valid until this is closed. */
    public IntBuffer promptTokens(int row) {
        ListVector prompts = (ListVector) root.getVector(PROMPT_TOKENS);
        int from = prompts.getElementStartIndex(row);
        int length = prompts.getElementEndIndex(row) - from;
        return view(prompts.getDataVector().getDataBuffer(), from, length);
    }

    @Override
    public void close() {
        root.close();
    }

    private static IntBuffer view(ArrowBuf buffer, int from, int length) {
        return buffer.nioBuffer((long) from * Integer.BYTES, length * Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .asIntBuffer();
    }
}
