package io.millrace.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.gateway.http.ApiException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class GunzipTest {

    private static byte[] gzip(byte[] text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text);
        }
        return bytes.toByteArray();
    }

    private static byte[] unpack(byte[] packed, int piece) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BodyConsumer collect =
                new BodyConsumer() {
                    @Override
                    public void accept(byte[] bytes, int offset, int length) {
                        out.write(bytes, offset, length);
                    }

                    @Override
                    public void finish() {}
                };
        try (Gunzip gunzip = new Gunzip(collect)) {
            for (int at = 0; at < packed.length; at += piece) {
                gunzip.accept(packed, at, Math.min(piece, packed.length - at));
            }
            gunzip.finish();
        }
        return out.toByteArray();
    }

    @Test
    void bodiesAreUnpackedWhereverTheyAreCut() throws Exception {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            byte[] text = "the same words ".repeat(random.nextInt(20_000)).getBytes(UTF_8);

            byte[] unpacked = unpack(gzip(text), 1 + random.nextInt(5000));

            assertThat(unpacked).as("seed %d", seed).isEqualTo(text);
        }
    }

    @Test
    void optionalFieldsOfTheHeaderAreSkipped() throws Exception {
        byte[] plain = gzip("text".getBytes(UTF_8));
        ByteArrayOutputStream full = new ByteArrayOutputStream();
        full.write(plain, 0, 3);
        full.write(2 | 4 | 8 | 16);
        full.write(plain, 4, 6);
        full.write(new byte[] {3, 0, 'e', 'x', 't'});
        full.write("name\0comment\0".getBytes(UTF_8));
        full.write(new byte[] {1, 2});
        full.write(plain, 10, plain.length - 10);

        assertThat(unpack(full.toByteArray(), 1)).isEqualTo("text".getBytes(UTF_8));
    }

    @Test
    void everyFlippedByteIsNoticedOrHarmless() throws Exception {
        byte[] text = "some words, some words".getBytes(UTF_8);
        byte[] packed = gzip(text);
        for (int i = 0; i < packed.length; i++) {
            byte[] broken = packed.clone();
            broken[i] ^= 0x40;
            try {
                assertThat(unpack(broken, 3)).as("byte %d", i).isEqualTo(text);
            } catch (ApiException e) {
                assertThat(e.kind().status()).isEqualTo(400);
            }
        }
        assertThatThrownBy(() -> unpack(Arrays.copyOf(packed, packed.length - 1), 3))
                .isInstanceOf(ApiException.class);
    }
}
