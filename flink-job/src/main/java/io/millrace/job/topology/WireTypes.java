package io.millrace.job.topology;

import io.millrace.core.codec.ControlMessageCodec;
import io.millrace.core.codec.InputRecordCodec;
import io.millrace.core.codec.QueuedRequestCodec;
import io.millrace.core.control.ControlMessage;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.QueuedRequest;
import io.millrace.operators.codec.CodecTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** How the values between the operators are serialised. */
final class WireTypes {

    static final TypeInformation<InputRecord> INPUT = CodecTypeInfo.of(new InputRecordCodec());
    static final TypeInformation<ControlMessage> CONTROL =
            CodecTypeInfo.of(new ControlMessageCodec());
    static final TypeInformation<QueuedRequest> REQUEST =
            CodecTypeInfo.of(new QueuedRequestCodec());

    private WireTypes() {}
}
