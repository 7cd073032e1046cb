package io.millrace.gateway;

import com.linecorp.armeria.common.TlsKeyPair;
import io.millrace.gateway.GatewaySettings.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;

/** Certificate and key of a gateway, checked before it listens. Stateless. */
final class TlsFiles {

    private static final byte[] ANYTHING = {1, 2, 3};

    private TlsFiles() {}

    /**
     * Reads both.
     *
     * @throws IOException if one cannot be read, naming it
     * @throws IllegalArgumentException if one is not what it should be, naming it
     */
    static TlsKeyPair read(Tls tls) throws IOException {
        checkReadable("TLS certificates", tls.certificates());
        checkReadable("TLS key", tls.key());
        TlsKeyPair pair;
        try {
            pair = TlsKeyPair.of(tls.key().toFile(), tls.certificates().toFile());
        } catch (RuntimeException e) {
            // The reasons show what was read, which may be a key.
            String rule = "certificates and a PKCS#8 key that is not encrypted, in PEM";
            throw new IllegalArgumentException(
                    "TLS certificates: %s, TLS key: %s (expected: %s)"
                            .formatted(tls.certificates(), tls.key(), rule));
        }
        if (!matches(pair)) {
            throw new IllegalArgumentException(
                    "TLS key: %s (expected: the key of the first certificate in %s)"
                            .formatted(tls.key(), tls.certificates()));
        }
        return pair;
    }

    private static void checkReadable(String what, Path file) throws IOException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IOException("%s: %s (expected: a file)".formatted(what, file));
        }
    }

    private static boolean matches(TlsKeyPair pair) {
        PublicKey certified = pair.certificateChain().get(0).getPublicKey();
        try {
            Signature signature = Signature.getInstance(algorithm(pair.privateKey()));
            signature.initSign(pair.privateKey());
            signature.update(ANYTHING);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(ANYTHING);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // Keys of two kinds.
        }
    }

    private static String algorithm(PrivateKey key) {
        if (key instanceof RSAKey) {
            return "SHA256withRSA";
        }
        return key instanceof ECKey ? "SHA256withECDSA" : key.getAlgorithm();
    }
}
