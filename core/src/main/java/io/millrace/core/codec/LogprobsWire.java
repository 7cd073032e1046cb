package io.millrace.core.codec;

import io.millrace.core.request.TokenLogprobs;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Log-probabilities, version 1; versioned by the codecs that use it. */
final class LogprobsWire {

    private LogprobsWire() {}

    static void write(TokenLogprobs logprobs, DataOutput out) throws IOException {
        writeEntry(logprobs.token(), out);
        Wire.writeList(logprobs.alternatives(), LogprobsWire::writeEntry, out);
    }

    static TokenLogprobs read(DataInput in) throws IOException {
        return new TokenLogprobs(readEntry(in), Wire.readList(LogprobsWire::readEntry, in));
    }

    private static void writeEntry(TokenLogprobs.Entry entry, DataOutput out) throws IOException {
        out.writeInt(entry.tokenId());
        Wire.writeString(entry.text(), out);
        out.writeFloat(entry.logprob());
    }

    private static TokenLogprobs.Entry readEntry(DataInput in) throws IOException {
        return new TokenLogprobs.Entry(in.readInt(), Wire.readString(in), in.readFloat());
    }
}
