package io.millrace.job.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into this jar. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() throws IOException {
        try (@Nullable InputStream input =
                Version.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            if (input != null) {
                properties.load(input);
            }
            return new String[] {"millrace " + properties.getProperty("version", "unknown")};
        }
    }
}
