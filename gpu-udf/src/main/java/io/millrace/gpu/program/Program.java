package io.millrace.gpu.program;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtModel;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A loaded TorchScript program. Used by one thread, which must have called {@link
 * #prepareThread()}; closing it frees native memory.
 */
public final class Program implements AutoCloseable {

    private static final Pattern INCLUDE = Pattern.compile("(?m)^INCLUDE (\\w+)$");

    private final String name;
    private final Model model;
    private final PtSymbolBlock block;

    private Program(String name, Model model) {
        this.name = name;
        this.model = model;
        this.block = (PtSymbolBlock) model.getBlock();
    }

    /**
     * Loads a program from its resource.
     *
     * @param className its class; the resource is the lower-case name with the ending {@code .py},
     *     with other resources in place of its {@code INCLUDE} lines
     * @param fill texts to put where the source has these words
     * @throws IllegalStateException if libtorch refuses the source
     */
    public static Program load(String className, Map<String, String> fill, PtNDManager manager) {
        String source = source(className);
        for (Map.Entry<String, String> entry : fill.entrySet()) {
            source = source.replace(entry.getKey(), entry.getValue());
        }
        Model model = Model.newInstance(className, manager.getDevice(), "PyTorch");
        try {
            ((PtModel) model).load(new ByteArrayInputStream(ProgramArchive.of(className, source)));
        } catch (IOException | MalformedModelException | RuntimeException e) {
            model.close();
            throw new IllegalStateException("program " + className + " does not load: " + e, e);
        }
        return new Program(className, model);
    }

    /**
     * To be called once by every thread that runs programs: the profiling executor would specialise
     * again for every new shape, which costs seconds.
     */
    public static void prepareThread() {
        // Loads the natives, if nothing else has.
        Engine.getEngine("PyTorch");
        JniUtils.setGraphExecutorOptimize(false);
    }

    /**
     * Runs a method. The caller owns and closes arguments and result.
     *
     * @throws ai.djl.engine.EngineException with libtorch's message if the method fails
     */
    public IValue run(String method, IValue... arguments) {
        return IValueUtils.runMethod(block, method, arguments);
    }

    /**
     * Runs a method so that gradients can be taken of what it returns, while a {@code
     * GradientCollector} collects on this thread.
     *
     * @param step owns the results
     * @param arguments tensors by their names: those named {@code x[]} are one list
     * @throws ai.djl.engine.EngineException with libtorch's message if the method fails
     */
    public NDList runForGradients(NDManager step, String method, NDList arguments) {
        // DJL takes the method's name from an argument, and the owner of the results from the
        // first one.
        NDArray name = step.create(0f);
        name.setName("module_method:" + method);
        NDList all = new NDList(name);
        all.addAll(arguments);
        return IValueUtils.forward(block, all, true);
    }

    @Override
    public void close() {
        model.close();
    }

    @Override
    public String toString() {
        return "Program[" + name + "]";
    }

    /** The class with its parts: a line {@code INCLUDE part} stands for {@code part.py}. */
    private static String source(String className) {
        String source = resource(className.toLowerCase(Locale.ROOT) + ".py");
        String whole = INCLUDE.matcher(source).replaceAll(line -> part(line.group(1)));
        return whole.replace("__torch__.CLASS", "__torch__." + className);
    }

    private static String part(String name) {
        return Matcher.quoteReplacement(resource(name + ".py").stripTrailing());
    }

    private static String resource(String resource) {
        try (InputStream in = Program.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("resource " + resource + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("resource " + resource + " cannot be read", e);
        }
    }
}
