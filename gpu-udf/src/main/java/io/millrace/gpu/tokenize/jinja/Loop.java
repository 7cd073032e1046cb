package io.millrace.gpu.tokenize.jinja;

import java.util.List;

/**
 * The variable {@code loop} of one turn.
 *
 * @param elements everything that the loop goes through
 * @param index of this turn, from 0
 */
record Loop(List<Object> elements, int index, int depth) {

    Object attribute(String name) {
        int size = elements.size();
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) size - index;
            case "revindex0" -> size - index - 1L;
            case "first" -> index == 0;
            case "last" -> index == size - 1;
            case "length" -> (long) size;
            case "depth" -> depth + 1L;
            case "depth0" -> (long) depth;
            case "previtem" ->
                    index > 0 ? elements.get(index - 1) : new Undefined("no previous item");
            case "nextitem" ->
                    index < size - 1 ? elements.get(index + 1) : new Undefined("no next item");
            case "cycle" ->
                    (Callable)
                            (context, arguments) ->
                                    Members.item(
                                            arguments.positional(),
                                            (long) index % Math.max(1, arguments.count()));
            default -> new Undefined("'loop' has no '" + name + "'");
        };
    }

    @Override
    public String toString() {
        return "<loop>";
    }
}
