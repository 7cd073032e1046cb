package io.millrace.gateway.http;

import com.linecorp.armeria.common.HttpResponse;

/** Answers calls; any thread, must not block; it may throw {@link ApiException}. */
@FunctionalInterface
public interface Endpoint {

    /** The answer. */
    HttpResponse serve(Call call);
}
