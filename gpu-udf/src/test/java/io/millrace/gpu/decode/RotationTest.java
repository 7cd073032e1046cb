package io.millrace.gpu.decode;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.millrace.gpu.model.DecoderTraits;
import io.millrace.gpu.model.ModelConfig;
import io.millrace.gpu.model.Rope;
import io.millrace.gpu.model.RopeScaling;
import io.millrace.gpu.program.Program;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RotationTest {

    private final PtNDManager manager = (PtNDManager) NDManager.newBaseManager("PyTorch");

    @BeforeAll
    static void prepare() {
        Program.prepareThread();
    }

    @AfterEach
    void free() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 12, 64, 576, 896})
    void turnsByAnOrthogonalMatrix(int hidden) {
        try (Rotation rotation = new Rotation(config(hidden, 8), manager)) {
            assertOrthogonal(rotation.basis());
        }
    }

    @Test
    void spreadsASingleChannelOverAll() {
        try (Rotation rotation = new Rotation(config(576, 8), manager)) {
            // An entry is at most the product of its factors' largest: 1/8 of the Hadamard matrix
            // of 64, sqrt(2/9) of the Hartley transform of 9.
            double bound = Math.sqrt(2.0 / 9) / 8 + 1e-6;
            assertThat((double) rotation.basis().abs().max().getFloat()).isLessThan(bound);
        }
    }

    @Test
    void turnsManyRowsAsTheBasisDoes() {
        try (Rotation rotation = new Rotation(config(12, 8), manager)) {
            // More than one of the pieces in which it works.
            NDArray rows = manager.randomNormal(new Shape(5_000, 12));
            NDArray expected = rows.matMul(rotation.basis());
            PtNDArray turned = (PtNDArray) rows.duplicate();

            rotation.turnInputs(turned);

            assertClose(turned, expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"8960, 64", "1536, 64", "48, 16", "10, 2"})
    void turnsDownInBlocksThatDivideItsInput(int intermediate, int expected) {
        try (Rotation rotation = new Rotation(config(12, intermediate), manager)) {
            PtNDArray block = rotation.block();

            assertThat(block.getShape()).isEqualTo(new Shape(expected, expected));
            assertOrthogonal(block);
        }
    }

    @Test
    void leavesAnOddNumberOfInputsAlone() {
        try (Rotation rotation = new Rotation(config(12, 11), manager)) {
            assertThat(rotation.block().size()).isZero();
        }
    }

    private void assertOrthogonal(NDArray matrix) {
        int size = (int) matrix.getShape().get(0);
        assertClose(matrix.matMul(matrix.transpose()), manager.eye(size));
    }

    private static void assertClose(NDArray actual, NDArray expected) {
        assertThat(actual.getShape()).isEqualTo(expected.getShape());
        assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(1e-5f);
    }

    private static ModelConfig config(int hidden, int intermediate) {
        return new ModelConfig(
                "llama",
                hidden,
                intermediate,
                1,
                1,
                1,
                2,
                10,
                16,
                1e-5,
                new Rope(2, 100, new RopeScaling.None()),
                new DecoderTraits(false, false, false, false, null),
                true,
                null,
                List.of());
    }
}
