package io.millrace.gateway.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.millrace.gateway.access.ApiKey;
import org.jspecify.annotations.Nullable;

/**
 * A call whose key is known.
 *
 * @param id of the call, as the response header tells it
 * @param apiVersion Anthropic's, one that the gateway knows; null on other surfaces
 */
public record Call(
        ServiceRequestContext context,
        HttpRequest request,
        ApiKey key,
        String id,
        @Nullable String apiVersion) {

    /** Who may see what this call makes. */
    public String workspace() {
        return key.workspace();
    }

    /** A part of the path, as the client wrote it: not to be trusted. */
    public String pathParam(String name) {
        return String.valueOf(context.pathParam(name));
    }

    /** A parameter of the query; null if it is absent or empty. */
    public @Nullable String query(String name) {
        String value = context.queryParam(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** A number of the query. */
    public int query(String name, int absent, int min, int max) {
        String text = query(name);
        if (text == null) {
            return absent;
        }
        if (!text.matches("-?[0-9]{1,9}")) {
            throw ApiException.invalid(name + ": Input should be a valid integer");
        }
        int value = Integer.parseInt(text);
        if (value < min || value > max) {
            throw ApiException.invalid(
                    value < min
                            ? "%s: Input should be greater than or equal to %d".formatted(name, min)
                            : "%s: Input should be less than or equal to %d".formatted(name, max));
        }
        return value;
    }
}
