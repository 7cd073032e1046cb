package io.millrace.gpu.program;

/** Element types by the number that programs name them with ({@code c10::ScalarType}). */
public enum TorchType {
    FLOAT32(6, 4),
    BFLOAT16(15, 2);

    private final int code;
    private final int bytes;

    TorchType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** libtorch's number for it. */
    public int code() {
        return code;
    }

    /** Bytes per element. */
    public int bytes() {
        return bytes;
    }
}
