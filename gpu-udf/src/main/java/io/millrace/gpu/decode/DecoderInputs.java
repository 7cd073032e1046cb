package io.millrace.gpu.decode;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.millrace.gpu.program.Values;
import java.util.List;

/** What a {@link Decoder} computes in one call. */
interface DecoderInputs {

    /**
     * The program's arguments from {@code tokens} to {@code outputs}.
     *
     * @param manager of their memory
     * @param call owns them
     */
    List<IValue> arguments(NDManager manager, Values call);
}
