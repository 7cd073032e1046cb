package io.millrace.gpu.tokenize.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An object whose attributes a template may set, from inside loops too. No record: it may hold
 * itself. Used by one thread.
 */
final class Namespace {

    private final Map<String, Object> attributes = new LinkedHashMap<>();

    Map<String, Object> attributes() {
        return attributes;
    }

    @Override
    public String toString() {
        return "<namespace>";
    }
}
