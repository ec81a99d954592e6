package io.leaktrace.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An authority that signs certificates for 127.0.0.1, made with the JDK's keytool. */
public final class Certificates {

    public static final String PASSWORD = "store-secret-9f2c";

    private static final String AUTHORITY = "authority";
    private static final String BROKER = "broker";

    private final Path folder;
    private final String name;

    public Certificates(Path folder, String name) throws IOException, InterruptedException {
        this.folder = folder;
        this.name = name;
        keytool(name, "-genkeypair", "-alias", AUTHORITY, "-keyalg", "RSA", "-dname", "CN=" + name, "-ext", "bc:c");
        keytool(name, "-exportcert", "-rfc", "-alias", AUTHORITY, "-file", file(name + ".pem"));
        keytool(name + "-trust", "-importcert", "-noprompt", "-alias", AUTHORITY, "-file", file(name + ".pem"));
    }

    /** What a client needs to trust whom the authority has signed. */
    public Path trustStore() {
        return folder.resolve(name + "-trust.p12");
    }

    /** The authority's certificate as PEM. */
    public Path pem() {
        return folder.resolve(name + ".pem");
    }

    /** A key store with a certificate that is valid for so many days from a day on, such as {@code -10d}. */
    public Path keyStore(String store, String from, int days) throws IOException, InterruptedException {
        String request = file(store + ".csr");
        String certificate = file(store + ".pem");
        keytool(store, "-genkeypair", "-alias", BROKER, "-keyalg", "RSA", "-dname", "CN=127.0.0.1");
        keytool(store, "-certreq", "-alias", BROKER, "-file", request);
        keytool(
                name,
                "-gencert",
                "-rfc",
                "-alias",
                AUTHORITY,
                "-infile",
                request,
                "-outfile",
                certificate,
                "-ext",
                "SAN=ip:127.0.0.1",
                "-startdate",
                from,
                "-validity",
                Integer.toString(days));
        keytool(store, "-importcert", "-noprompt", "-alias", AUTHORITY, "-file", file(name + ".pem"));
        keytool(store, "-importcert", "-noprompt", "-alias", BROKER, "-file", certificate);
        return folder.resolve(store + ".p12");
    }

    private String file(String file) {
        return folder.resolve(file).toString();
    }

    private void keytool(String store, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", file(store + ".p12"), "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("keytool failed: " + said);
        }
    }
}
