package io.millrace.core.codec;

import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.Message;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A request and its parts; versioned by the codecs that use it. Version 2 added batch and
 * speculate, version 3 the weight.
 */
final class RequestWire {

    private static final int CHAT = 0;
    private static final int TEXT = 1;
    private static final int TOKENS = 2;

    private RequestWire() {}

    static void write(InferenceRequest request, DataOutput out) throws IOException {
        Wire.writeString(request.key(), out);
        Wire.writeString(request.id(), out);
        Wire.writeString(request.dialect(), out);
        Wire.writeNullableString(request.model(), out);
        writePrompt(request.prompt(), out);
        out.writeInt(request.maxTokens());
        writeSampling(request.sampling(), out);
        writeStop(request.stop(), out);
        out.writeInt(request.topLogprobs());
        writeService(request.service(), out);
        Wire.writeNullableString(request.batch(), out);
        out.writeBoolean(request.speculate());
        out.writeLong(request.arrivalMs());
    }

    static InferenceRequest read(int version, DataInput in) throws IOException {
        return new InferenceRequest(
                Wire.readString(in),
                Wire.readString(in),
                Wire.readString(in),
                Wire.readNullableString(in),
                readPrompt(in),
                in.readInt(),
                readSampling(in),
                readStop(in),
                in.readInt(),
                readService(version, in),
                version >= 2 ? Wire.readNullableString(in) : null,
                version < 2 || in.readBoolean(),
                in.readLong());
    }

    private static void writePrompt(Prompt prompt, DataOutput out) throws IOException {
        if (prompt instanceof Prompt.Chat chat) {
            out.writeByte(CHAT);
            Wire.writeList(chat.messages(), RequestWire::writeMessage, out);
        } else if (prompt instanceof Prompt.Text text) {
            out.writeByte(TEXT);
            Wire.writeString(text.text(), out);
        } else if (prompt instanceof Prompt.Tokens tokens) {
            out.writeByte(TOKENS);
            Wire.writeInts(tokens.ids(), out);
        }
    }

    private static Prompt readPrompt(DataInput in) throws IOException {
        int tag = in.readByte();
        return switch (tag) {
            case CHAT -> new Prompt.Chat(Wire.readList(RequestWire::readMessage, in));
            case TEXT -> new Prompt.Text(Wire.readString(in));
            case TOKENS -> new Prompt.Tokens(Wire.readInts(in));
            default -> throw Wire.unknownCase("Prompt", tag);
        };
    }

    private static void writeMessage(Message message, DataOutput out) throws IOException {
        Wire.writeString(message.role(), out);
        Wire.writeString(message.content(), out);
    }

    private static Message readMessage(DataInput in) throws IOException {
        return new Message(Wire.readString(in), Wire.readString(in));
    }

    private static void writeSampling(Sampling sampling, DataOutput out) throws IOException {
        out.writeFloat(sampling.repetitionPenalty());
        out.writeFloat(sampling.temperature());
        out.writeInt(sampling.topK());
        out.writeFloat(sampling.topP());
        out.writeFloat(sampling.minP());
        out.writeLong(sampling.seed());
    }

    private static Sampling readSampling(DataInput in) throws IOException {
        return new Sampling(
                in.readFloat(),
                in.readFloat(),
                in.readInt(),
                in.readFloat(),
                in.readFloat(),
                in.readLong());
    }

    private static void writeStop(StopRules stop, DataOutput out) throws IOException {
        Wire.writeList(stop.strings(), Wire::writeString, out);
        Wire.writeList(stop.tokenIds(), (id, to) -> to.writeInt(id), out);
        out.writeBoolean(stop.ignoreEndOfSequence());
    }

    private static StopRules readStop(DataInput in) throws IOException {
        return new StopRules(
                Wire.readList(Wire::readString, in),
                Wire.readList(DataInput::readInt, in),
                in.readBoolean());
    }

    private static void writeService(Service service, DataOutput out) throws IOException {
        Wire.writeString(service.tenant(), out);
        out.writeDouble(service.weight());
        out.writeInt(service.priority());
        out.writeLong(service.deadlineMs());
        Wire.writeNullableString(service.session(), out);
        Wire.writeNullableString(service.adapter(), out);
    }

    private static Service readService(int version, DataInput in) throws IOException {
        return new Service(
                Wire.readString(in),
                version >= 3 ? in.readDouble() : 1,
                in.readInt(),
                in.readLong(),
                Wire.readNullableString(in),
                Wire.readNullableString(in));
    }
}
