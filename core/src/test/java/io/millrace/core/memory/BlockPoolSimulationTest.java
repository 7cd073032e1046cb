package io.millrace.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Random growth, forks, writes and releases. What a table should contain is modelled by a cell per
 * slot: a write must show in the writing table only.
 */
class BlockPoolSimulationTest {

    private static final int BLOCK_TOKENS = 4;

    private final List<Model> models = new ArrayList<>();
    private BlockPool pool = new BlockPool(24, BLOCK_TOKENS);
    private int[] memory = new int[pool.tokens()];

    private record Model(BlockTable table, List<Integer> content) {}

    @Property(tries = 300)
    void keepsEveryTableItsOwnContent(@ForAll long seed) {
        pool = new BlockPool(24, BLOCK_TOKENS);
        memory = new int[pool.tokens()];
        models.clear();
        Random random = new Random(seed);
        for (int step = 0; step < 200; step++) {
            act(random, step);
            check("seed %d, step %d".formatted(seed, step));
        }
        models.forEach(model -> model.table().release());
        assertThat(pool.used()).as("seed %d", seed).isZero();
    }

    private void act(Random random, int step) {
        if (models.isEmpty() || random.nextInt(8) == 0) {
            models.add(new Model(pool.newTable(), new ArrayList<>()));
            return;
        }
        Model model = models.get(random.nextInt(models.size()));
        switch (random.nextInt(6)) {
            case 0 -> {
                model.table().release();
                models.remove(model);
            }
            case 1 -> models.add(new Model(model.table().fork(), new ArrayList<>(model.content())));
            case 2 -> {
                int keep = random.nextInt(model.content().size() + 1);
                model.table().truncate(keep);
                model.content().subList(keep, model.content().size()).clear();
            }
            case 3 -> {
                if (!model.content().isEmpty()) {
                    write(model, random.nextInt(model.content().size()), step);
                }
            }
            default -> append(model, step);
        }
    }

    private void append(Model model, int value) {
        int position = model.content().size();
        int before = pool.free();
        if (!model.table().ensure(position + 1)) {
            assertThat(before).isZero();
            return;
        }
        model.content().add(null);
        if (!write(model, position, value)) {
            model.content().remove(position);
        }
    }

    private boolean write(Model model, int position, int value) {
        int block = model.table().block(position / BLOCK_TOKENS);
        if (pool.references(block) > 1 && pool.free() == 0) {
            return false;
        }
        Optional<CopyOnWrite> copy = model.table().writable(position);
        copy.ifPresent(
                c ->
                        System.arraycopy(
                                memory,
                                c.source() * BLOCK_TOKENS,
                                memory,
                                c.target() * BLOCK_TOKENS,
                                BLOCK_TOKENS));
        memory[model.table().slot(position)] = value;
        model.content().set(position, value);
        return true;
    }

    private void check(String when) {
        int[] references = new int[pool.size()];
        for (Model model : models) {
            for (int i = 0; i < model.table().blockCount(); i++) {
                references[model.table().block(i)]++;
            }
            for (int position = 0; position < model.content().size(); position++) {
                assertThat(memory[model.table().slot(position)])
                        .as(when)
                        .isEqualTo(model.content().get(position));
            }
        }
        int used = 0;
        for (int block = 0; block < references.length; block++) {
            assertThat(pool.references(block)).as(when).isEqualTo(references[block]);
            used += references[block] > 0 ? 1 : 0;
        }
        assertThat(pool.used()).as(when).isEqualTo(used);
        assertThat(pool.peakUsed()).as(when).isGreaterThanOrEqualTo(used);
    }
}
