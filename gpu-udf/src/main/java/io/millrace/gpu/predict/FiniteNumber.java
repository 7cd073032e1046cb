package io.millrace.gpu.predict;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;

/** Writes numbers that JSON has none for, NaN and the infinities, as null. Stateless. */
final class FiniteNumber extends StdSerializer<Double> {

    private static final long serialVersionUID = 1;

    private FiniteNumber() {
        super(Double.class);
    }

    /** For fields, record components and lists. */
    static SimpleModule module() {
        return new SimpleModule()
                .addSerializer(Double.class, new FiniteNumber())
                .addSerializer(double.class, new FiniteNumber());
    }

    @Override
    public void serialize(Double value, JsonGenerator json, SerializerProvider provider)
            throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
    }
}
