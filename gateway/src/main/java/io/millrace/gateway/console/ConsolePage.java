package io.millrace.gateway.console;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The console's files: {@code /} and {@code /console/...}, all from the jar. Whoever asks gets
 * them; what they show needs a key. Immutable.
 */
public final class ConsolePage implements HttpService {

    /** Where everything but the page itself is. */
    public static final String FOLDER = "/console/";

    private static final String INDEX = "index.html";

    private static final List<String> SCRIPTS =
            List.of(
                    "api",
                    "app",
                    "batch",
                    "dom",
                    "format",
                    "jsonl",
                    "key",
                    "list",
                    "progress",
                    "results",
                    "upload",
                    "viewer");

    /** Nothing from elsewhere, nothing inline, in nobody's frame. */
    private static final String POLICY =
            "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private final Map<String, Asset> assets;

    private record Asset(byte[] bytes, ResponseHeaders headers) {}

    private ConsolePage(Map<String, Asset> assets) {
        this.assets = Map.copyOf(assets);
    }

    /** Reads the files. */
    public static ConsolePage load() {
        Map<String, Asset> assets = new HashMap<>();
        assets.put("/", asset(INDEX, MediaType.HTML_UTF_8));
        assets.put(FOLDER + "console.css", asset("console.css", MediaType.CSS_UTF_8));
        assets.put(FOLDER + "icon.svg", asset("icon.svg", MediaType.SVG_UTF_8));
        for (String script : SCRIPTS) {
            String file = script + ".js";
            assets.put(FOLDER + file, asset(file, MediaType.JAVASCRIPT_UTF_8));
        }
        return new ConsolePage(assets);
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        Asset asset = assets.get(context.path());
        if (asset == null) {
            return HttpResponse.of(HttpStatus.NOT_FOUND);
        }
        if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
            return HttpResponse.of(HttpStatus.METHOD_NOT_ALLOWED);
        }
        String tag = asset.headers().get(HttpHeaderNames.ETAG);
        if (isKnown(tag, request.headers().get(HttpHeaderNames.IF_NONE_MATCH))) {
            return HttpResponse.of(
                    asset.headers().toBuilder().status(HttpStatus.NOT_MODIFIED).build());
        }
        return HttpResponse.of(asset.headers(), HttpData.wrap(asset.bytes()));
    }

    private static boolean isKnown(@Nullable String tag, @Nullable String known) {
        return tag != null && tag.equals(known);
    }

    private static Asset asset(String file, MediaType type) {
        try (InputStream in = ConsolePage.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new FileNotFoundException("console/%s is missing in the jar".formatted(file));
            }
            byte[] bytes = in.readAllBytes();
            CRC32C sum = new CRC32C();
            sum.update(bytes);
            ResponseHeadersBuilder headers =
                    ResponseHeaders.builder(HttpStatus.OK)
                            .contentType(type)
                            // Asked for anew each time, and answered by a tag while it is the same.
                            .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
                            .set(HttpHeaderNames.ETAG, "\"%08x\"".formatted(sum.getValue()))
                            .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY)
                            .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
                            .set(HttpHeaderNames.REFERRER_POLICY, "no-referrer");
            return new Asset(bytes, headers.build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
