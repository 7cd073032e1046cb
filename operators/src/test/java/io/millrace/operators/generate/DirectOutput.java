package io.millrace.operators.generate;

import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.LatencyMarker;
import org.apache.flink.streaming.runtime.streamrecord.RecordAttributes;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.function.ThrowingConsumer;

/** Hands every record to a consumer at once, as the output between chained operators does. */
final class DirectOutput<T> implements Output<StreamRecord<T>> {

    private final ThrowingConsumer<T, Exception> consumer;

    DirectOutput(ThrowingConsumer<T, Exception> consumer) {
        this.consumer = consumer;
    }

    @Override
    public void collect(StreamRecord<T> record) {
        try {
            consumer.accept(record.getValue());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public <X> void collect(OutputTag<X> tag, StreamRecord<X> record) {
        throw new UnsupportedOperationException("side output " + tag);
    }

    @Override
    public void emitWatermark(Watermark mark) {}

    @Override
    public void emitWatermarkStatus(WatermarkStatus status) {}

    @Override
    public void emitLatencyMarker(LatencyMarker marker) {}

    @Override
    public void emitRecordAttributes(RecordAttributes attributes) {}

    @Override
    public void emitWatermark(WatermarkEvent event) {}

    @Override
    public void close() {}
}
