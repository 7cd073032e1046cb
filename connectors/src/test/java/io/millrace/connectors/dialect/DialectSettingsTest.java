package io.millrace.connectors.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class DialectSettingsTest {

    @Test
    void limitsRecordsToEightMebibytesUnlessToldOtherwise() {
        assertThat(DialectSettings.DEFAULT.maxRecordBytes()).isEqualTo(8 * 1024 * 1024);
    }

    @Test
    void refusesLimitsThatAreNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DialectSettings(0))
                .withMessage("maxRecordBytes: 0 (expected: 1024 to 268435456)");
    }
}
