package io.millrace.gpu.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.model.TestCheckpoint;
import io.millrace.gpu.program.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CalibrationTest {

    private static final List<int[]> TEXTS = List.of(new int[] {1, 2, 3}, new int[] {4});

    private final PtNDManager manager = (PtNDManager) NDManager.newBaseManager("PyTorch");

    @TempDir Path directory;

    @BeforeAll
    static void prepare() {
        Program.prepareThread();
    }

    @AfterEach
    void free() {
        manager.close();
    }

    @Test
    void tellsFirstTokensFromLaterOnes() throws IOException {
        try (Calibration calibration = calibration()) {
            PtNDArray inputs = array(new float[] {100, 10, 1, 3, 5, -2, 300, 30}, 4, 2);

            assertThat(calibration.centres(inputs).toFloatArray()).containsExactly(3, .5f, 200, 20);
        }
    }

    @Test
    void balancesDownsInputWithoutChangingWhatComesOut() throws IOException {
        try (Calibration calibration = calibration()) {
            // Rows of tokens 2 and 3 count: rms 4 and 1, largest weights 1 and 4, so the balance is
            // sqrt(4) and sqrt(1/4), whose geometric mean is 1.
            PtNDArray inputs = array(new float[] {9, 9, 4, 1, -4, 1, 9, 9}, 4, 2);
            PtNDArray down = array(new float[] {1, -4, .5f, 2, -1, 1}, 3, 2);
            PtNDArray gateUp = array(new float[] {1, 1, 1, 1}, 4, 1);
            PtNDArray bias = array(new float[] {1, 1, 6, 6}, 4);
            PtNDArray none = array(new float[0], 0);
            List<PtNDArray> vectors = List.of(none, none, none, none, bias, none, none, none);

            calibration.balance(
                    new LayerTensors(List.of(none, none, gateUp, down), vectors), inputs);

            assertThat(inputs.toFloatArray())
                    .containsExactly(new float[] {4.5f, 18, 2, 2, -2, 2, 4.5f, 18}, within(1e-5f));
            assertThat(down.toFloatArray())
                    .containsExactly(new float[] {2, -2, 1, 1, -2, .5f}, within(1e-5f));
            assertThat(gateUp.toFloatArray())
                    .containsExactly(new float[] {1, 1, .5f, 2}, within(1e-5f));
            assertThat(bias.toFloatArray())
                    .containsExactly(new float[] {1, 1, 3, 12}, within(1e-5f));
        }
    }

    @Test
    void bearsChannelsThatNeverSayAnything() throws IOException {
        try (Calibration calibration = calibration()) {
            PtNDArray inputs = array(new float[8], 4, 2);
            PtNDArray down = array(new float[6], 3, 2);
            PtNDArray gateUp = array(new float[] {1, 1, 1, 1}, 4, 1);
            PtNDArray none = array(new float[0], 0);

            calibration.balance(
                    new LayerTensors(
                            List.of(none, none, gateUp, down), Collections.nCopies(8, none)),
                    inputs);

            assertThat(gateUp.toFloatArray())
                    .containsExactly(new float[] {1, 1, 1, 1}, within(1e-5f));
        }
    }

    private Calibration calibration() throws IOException {
        ModelDirectory model =
                ModelDirectory.open(new TestCheckpoint("llama").writeSafetensors(directory));
        return new Calibration(model.config(), TEXTS, manager);
    }

    /** In libtorch's own memory, as a loaded weight is. */
    private PtNDArray array(float[] values, long... shape) {
        return (PtNDArray) manager.create(values, new Shape(shape)).duplicate();
    }
}
