package io.millrace.core.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.control.ControlMessage;
import io.millrace.core.engine.Progress;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.Timing;
import io.millrace.core.request.Usage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;

class CodecsTest {

    @Property
    void anyStringComesBackUnchanged(@ForAll @CharRange(from = '\u0000', to = '\uffff') String text)
            throws IOException {
        ControlMessage message = new ControlMessage.Cancel(text);

        assertThat(roundTrip(new ControlMessageCodec(), message)).isEqualTo(message);
    }

    @Test
    void textLongerThanModifiedUtf8AllowsComesBackUnchanged() throws IOException {
        ControlMessage message = new ControlMessage.Cancel("ß".repeat(70_000));

        assertThat(roundTrip(new ControlMessageCodec(), message)).isEqualTo(message);
    }

    @Property
    void anyTokensComeBackUnchanged(@ForAll int[] tokens) throws IOException {
        Progress progress = new Progress(tokens, List.of(), 1, 0);

        assertThat(roundTrip(new ProgressCodec(), progress)).isEqualTo(progress);
    }

    @Test
    void everyFailureCodeComesBack() throws IOException {
        for (FailureCode code : FailureCode.values()) {
            Completion completion =
                    new Completion(
                            "k",
                            "i",
                            "d",
                            "m",
                            "t",
                            null,
                            new Completion.Failed(new Failure(code, "why")),
                            Usage.NONE,
                            new Timing(1, 0, 0, 2));

            assertThat(roundTrip(new CompletionCodec(), completion)).isEqualTo(completion);
        }
    }

    @Test
    void newerVersionIsRefusedWithBothNumbers() {
        byte[] bytes = Codecs.toBytes(new InputRecordCodec(), Samples.input());
        bytes[0] = 4;

        assertThatThrownBy(() -> Codecs.fromBytes(new InputRecordCodec(), bytes))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version of InputRecord: 4 (expected: 1 to 3");
    }

    @Test
    void everyTruncationIsAnIoException() {
        byte[] bytes = Codecs.toBytes(new QueuedRequestCodec(), Samples.queued());

        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Codecs.fromBytes(new QueuedRequestCodec(), cut))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void trailingBytesAreRefused() {
        byte[] bytes = Codecs.toBytes(new ProgressCodec(), Samples.progress());
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);

        assertThatThrownBy(() -> Codecs.fromBytes(new ProgressCodec(), longer))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("1 left over");
    }

    @Test
    void unknownCaseIsAnIoException() {
        byte[] bytes = Codecs.toBytes(new ControlMessageCodec(), Samples.cancel());
        bytes[1] = 9;

        assertThatThrownBy(() -> Codecs.fromBytes(new ControlMessageCodec(), bytes))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ControlMessage: 9");
    }

    @Test
    void valueThatBreaksItsOwnRulesIsAnIoException() {
        byte[] bytes =
                Codecs.toBytes(
                        new InferenceRequestCodec(), Samples.request(new Prompt.Text("prompt")));
        String asLatin = new String(bytes, ISO_8859_1);
        int maxTokens = asLatin.indexOf("prompt") + "prompt".length();
        Arrays.fill(bytes, maxTokens, maxTokens + 4, (byte) 0);

        assertThatThrownBy(() -> Codecs.fromBytes(new InferenceRequestCodec(), bytes))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("max_tokens: 0");
    }

    private static <T> T roundTrip(Codec<T> codec, T value) throws IOException {
        return Codecs.fromBytes(codec, Codecs.toBytes(codec, value));
    }
}
