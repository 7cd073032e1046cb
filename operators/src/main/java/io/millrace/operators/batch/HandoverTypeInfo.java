package io.millrace.operators.batch;

import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** Lets {@link Handover}s pass a chain, by reference, and nothing else. Stateless. */
@Internal
public final class HandoverTypeInfo extends TypeInformation<Handover> {

    private static final long serialVersionUID = 1L;

    /** There is only one. */
    public static final HandoverTypeInfo INSTANCE = new HandoverTypeInfo();

    private HandoverTypeInfo() {}

    @Override
    public TypeSerializer<Handover> createSerializer(SerializerConfig config) {
        return HandoverSerializer.INSTANCE;
    }

    @Override
    public Class<Handover> getTypeClass() {
        return Handover.class;
    }

    @Override
    public boolean isBasicType() {
        return false;
    }

    @Override
    public boolean isTupleType() {
        return false;
    }

    @Override
    public int getArity() {
        return 1;
    }

    @Override
    public int getTotalFields() {
        return 1;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof HandoverTypeInfo;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HandoverTypeInfo;
    }

    @Override
    public int hashCode() {
        return HandoverTypeInfo.class.hashCode();
    }

    @Override
    public String toString() {
        return "Handover";
    }
}
