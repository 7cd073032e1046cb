package io.millrace.job.topology;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connectors.arrow.ArrowResults;
import io.millrace.connectors.dialect.CompletionWriter;
import io.millrace.connectors.dialect.Dialects;
import io.millrace.connectors.file.ExistingOutput;
import io.millrace.connectors.file.FileLimits;
import io.millrace.connectors.file.RequestFileSource;
import io.millrace.connectors.file.ResultFileSink;
import io.millrace.core.control.ControlMessage;
import io.millrace.core.request.Completion;
import io.millrace.core.request.DeadLetter;
import io.millrace.core.request.InputRecord;
import io.millrace.operators.drain.DrainSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Requests from a file, results into a file, until all are done.
 *
 * @param maxRecordBytes the largest request that the job accepts
 * @param deadLetters takes what could not be read, as JSON lines
 * @param run names the run, the same when it is resumed
 */
public record FileEndpoints(
        Path input,
        int maxRecordBytes,
        Path output,
        ResultFormat format,
        Path deadLetters,
        ExistingOutput existing,
        String run)
        implements Endpoints {

    @Override
    public DataStream<InputRecord> requests(StreamExecutionEnvironment environment) {
        return environment
                .fromSource(
                        RequestFileSource.of(
                                List.of(new org.apache.flink.core.fs.Path(input.toUri())),
                                limits(),
                                WireTypes.INPUT,
                                Clock.systemUTC()),
                        WatermarkStrategy.noWatermarks(),
                        "requests",
                        WireTypes.INPUT)
                .uid("requests")
                .setParallelism(1);
    }

    @Override
    public DataStream<ControlMessage> control(StreamExecutionEnvironment environment, String job) {
        return environment
                .fromSource(
                        new DrainSource<ControlMessage>(job),
                        WatermarkStrategy.noWatermarks(),
                        "drain",
                        WireTypes.CONTROL)
                .uid("control")
                .setParallelism(1);
    }

    @Override
    public void results(DataStream<Completion> stream) {
        stream.sinkTo(sink()).name("results").uid("results").setParallelism(1);
    }

    @Override
    public void deadLetters(DataStream<DeadLetter> letters) {
        letters.sinkTo(
                        ResultFileSink.lines(
                                deadLetters, existing, run + "-dead", FileEndpoints::line))
                .name("dead-letters")
                .uid("dead-letters")
                .setParallelism(1);
    }

    private ResultFileSink<Completion> sink() {
        CompletionWriter writer = Dialects.writer();
        return switch (format) {
            case JSONL -> ResultFileSink.lines(output, existing, run, writer::write);
            case ARROW ->
                    ResultFileSink.of(
                            output,
                            existing,
                            run,
                            ArrowResults.encoder(ArrowResults.DEFAULT_BATCH_ROWS));
        };
    }

    /** A line that is refused must still show its id, so more is read than is accepted. */
    private FileLimits limits() {
        long line = Math.max(2L * maxRecordBytes, FileLimits.DEFAULT.maxLineBytes());
        long batch = Math.max(line, FileLimits.DEFAULT.maxBatchBytes());
        return new FileLimits((int) line, (int) batch);
    }

    private static byte[] line(DeadLetter letter) {
        ObjectNode line = JsonMapper.builder().build().createObjectNode();
        line.put("origin", letter.key());
        line.putObject("error")
                .put("code", letter.failure().code().wireName())
                .put("message", letter.failure().message());
        line.put("bytes_base64", letter.value());
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }
}
