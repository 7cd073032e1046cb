package io.millrace.operators.batch;

import static io.millrace.operators.testing.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.codec.CodecTypeInfo;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class HandoverTest {

    private final TypeSerializer<Handover> serializer =
            CodecTypeInfo.of(new HandoverCodec()).createSerializer(new SerializerConfigImpl());

    @Test
    void passesByReferenceAlsoWithoutObjectReuse() {
        try (BufferAllocator allocator = new RootAllocator();
                TokenBatch batch = TokenBatch.of(allocator, List.of(request("key", 1, 9, 1)))) {
            Handover work = new Handover.Work(batch);
            assertThat(serializer.copy(work)).isSameAs(work);
            assertThat(serializer.isImmutableType()).isTrue();
        }
    }

    @Test
    void saysWhatIsWrongWhenTheChainIsBroken() {
        try (BufferAllocator allocator = new RootAllocator();
                TokenBatch batch = TokenBatch.of(allocator, List.of(request("key", 1, 9, 1)))) {
            assertThatThrownBy(
                            () ->
                                    serializer.serialize(
                                            new Handover.Work(batch), new DataOutputSerializer(8)))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("pipeline.operator-chaining.enabled");
        }
    }
}
