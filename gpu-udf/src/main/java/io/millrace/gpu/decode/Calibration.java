package io.millrace.gpu.decode;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.millrace.gpu.model.ModelConfig;
import io.millrace.gpu.model.SlidingWindow;
import io.millrace.gpu.program.Program;
import io.millrace.gpu.program.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs short texts through a model in float32 while it is being loaded, layer by layer, so that no
 * more than one layer is ever in memory; tells what the products take in. Used by one thread.
 */
final class Calibration implements AutoCloseable {

    private final ModelConfig config;
    private final PtNDManager manager;
    private final Program program;
    private final Values owned = new Values();
    private final IValue tokens;
    private final IValue sequences;
    private final IValue positions;
    private final IValue shape;
    private final IValue epsilon;
    private List<IValue> rotary = List.of();
    private PtNDArray stream;

    /**
     * @param texts token ids, each text at least one and not above the context length
     */
    Calibration(ModelConfig config, List<int[]> texts, PtNDManager parent) {
        this.config = config;
        manager = (PtNDManager) parent.newSubManager();
        program = Program.load("Calibration", Map.of(), manager);
        int count = texts.stream().mapToInt(text -> text.length).sum();
        long[] ids = new long[count];
        long[] owners = new long[count];
        long[] places = new long[count];
        int at = 0;
        for (int i = 0; i < texts.size(); i++) {
            for (int j = 0; j < texts.get(i).length; j++) {
                ids[at] = texts.get(i)[j];
                owners[at] = i;
                places[at++] = j;
            }
        }
        tokens = owned.own(IValue.from((PtNDArray) manager.create(ids)));
        sequences = owned.own(IValue.from((PtNDArray) manager.create(owners)));
        positions = owned.own(IValue.from((PtNDArray) manager.create(places)));
        shape = owned.own(IValue.listFrom(config.heads(), config.kvHeads(), config.headDim()));
        epsilon = owned.own(IValue.from(config.rmsNormEpsilon()));
        stream = (PtNDArray) manager.create(0f);
    }

    /**
     * Begins.
     *
     * @param embedding float32 [vocabulary, hidden]
     * @param cosinesAndSines [positions, head / 2] each
     */
    void begin(PtNDArray embedding, List<PtNDArray> cosinesAndSines) {
        rotary = cosinesAndSines.stream().map(table -> owned.own(IValue.from(table))).toList();
        try (Values call = new Values()) {
            moveTo(call.own(program.run("pick", call.own(IValue.from(embedding)), tokens)));
        }
    }

    /** Runs the next layer; the inputs of its four products, float32 [tokens, in]. */
    List<PtNDArray> inputs(LayerTensors layer, int index) {
        List<PtNDArray> tensors = new ArrayList<>(layer.matrices());
        tensors.addAll(layer.vectors());
        SlidingWindow window = config.traits().window();
        long back = window != null && window.layers().contains(index) ? window.size() : 0;
        try (Values call = new Values()) {
            IValue results =
                    call.own(
                            program.run(
                                    "run",
                                    call.own(IValue.from(stream)),
                                    call.own(IValue.listFrom(tensors.toArray(new PtNDArray[0]))),
                                    sequences,
                                    positions,
                                    rotary.get(0),
                                    rotary.get(1),
                                    shape,
                                    call.own(IValue.from(back)),
                                    epsilon));
            IValue[] list = results.toIValueArray();
            List<PtNDArray> inputs = new ArrayList<>();
            for (int i = 0; i < list.length; i++) {
                IValue result = call.own(list[i]);
                if (i < list.length - 1) {
                    inputs.add(result.toTensor(manager));
                } else {
                    moveTo(result);
                }
            }
            return inputs;
        }
    }

    private void moveTo(IValue next) {
        stream.close();
        stream = next.toTensor(manager);
    }

    /** What the head takes in after the last layer, its norm's weights left out. */
    PtNDArray headInputs() {
        try (Values call = new Values()) {
            IValue argument = call.own(IValue.from(stream));
            return call.own(program.run("normed", argument, epsilon)).toTensor(manager);
        }
    }

    /** Mean inputs [2, in] at later positions and at position 0. */
    PtNDArray centres(PtNDArray inputs) {
        try (Values call = new Values()) {
            IValue argument = call.own(IValue.from(inputs));
            return call.own(program.run("centres", argument, positions)).toTensor(manager);
        }
    }

    /**
     * Evens out what the down projection takes in: divides the channels of {@code inputs}, and
     * changes gate-up and down so that the layer's function stays the same.
     */
    void balance(LayerTensors layer, PtNDArray inputs) {
        try (Values call = new Values()) {
            IValue down = call.own(IValue.from(layer.down()));
            IValue taken = call.own(IValue.from(inputs));
            IValue balance = call.own(program.run("balance", taken, positions, down));
            IValue gateUp = call.own(IValue.from(layer.gateUp()));
            IValue bias = call.own(IValue.from(layer.gateUpBias()));
            call.own(program.run("fold", balance, gateUp, bias, down, taken));
        }
    }

    @Override
    public void close() {
        owned.close();
        program.close();
        manager.close();
    }
}
