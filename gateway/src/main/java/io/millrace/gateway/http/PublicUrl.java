package io.millrace.gateway.http;

import com.linecorp.armeria.common.RequestHeaders;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How clients reach the gateway: as configured, or as their call says. Immutable. */
public final class PublicUrl {

    private static final Pattern AUTHORITY = Pattern.compile("[A-Za-z0-9.\\-_\\[\\]:]{1,255}");

    private final @Nullable String configured;

    /**
     * @param configured without a slash at the end; null to take the call's word, which a proxy
     *     passes on as {@code X-Forwarded-Proto} and {@code X-Forwarded-Host}
     */
    public PublicUrl(@Nullable URI configured) {
        this.configured = configured == null ? null : configured.toString().replaceAll("/+$", "");
    }

    /** An absolute URL of a path. */
    public String of(Call call, String path) {
        if (configured != null) {
            return configured + path;
        }
        RequestHeaders headers = call.request().headers();
        boolean tls = call.context().sessionProtocol().isTls();
        String scheme =
                first(headers.get("x-forwarded-proto", tls ? "https" : "http"))
                        .toLowerCase(Locale.ROOT);
        String host = first(headers.get("x-forwarded-host", String.valueOf(headers.authority())));
        if (!AUTHORITY.matcher(host).matches() || !scheme.matches("https?")) {
            throw ApiException.invalid("host: not a name of a host");
        }
        return scheme + "://" + host + path;
    }

    /** The nearest to the client, of a chain of proxies. */
    private static String first(String header) {
        return header.split(",", 2)[0].strip();
    }
}
