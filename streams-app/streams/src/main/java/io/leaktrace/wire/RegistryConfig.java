package io.leaktrace.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * Connection settings of a schema registry: addresses, login, trusted authorities. The names are those of Confluent's
 * serializers, so that their configurations work here; files with secrets are an addition. Messages and
 * {@link #toString} contain no secret.
 */
public final class RegistryConfig {

    public static final String URL = "schema.registry.url";
    public static final String BASIC_SOURCE = "basic.auth.credentials.source";
    public static final String BASIC_USER_INFO = "basic.auth.user.info";
    public static final String BEARER_SOURCE = "bearer.auth.credentials.source";
    public static final String BEARER_TOKEN = "bearer.auth.token";
    public static final String AUTO_REGISTER = "auto.register.schemas";

    /** Prefix of names: optional for those of the login, required for those of TLS, as in Confluent's clients. */
    public static final String PREFIX = "schema.registry.";

    public static final String SSL_PREFIX = PREFIX + "ssl.";

    /** User name; the password is in {@link #PASSWORD_FILE}. */
    public static final String USER = "registry.user";

    /** File that holds only the password; read at each request, so that it may change. */
    public static final String PASSWORD_FILE = "registry.password.file";

    /** File that holds only the bearer token; read at each request, so that it may change. */
    public static final String TOKEN_FILE = "registry.token.file";

    private static final String TRUST_STORE = "ssl.truststore.location";
    private static final String TRUST_STORE_TYPE = "ssl.truststore.type";
    private static final String HOST_CHECK = "ssl.endpoint.identification.algorithm";

    private final List<RegistryAddress> addresses;
    private final Map<String, ?> configs;
    private final boolean autoRegister;
    private final SSLContext ssl;

    private RegistryConfig(Map<String, ?> configs) {
        this.configs = new HashMap<>(configs);
        this.addresses = RegistryAddress.parse(text(URL));
        this.autoRegister = !text(AUTO_REGISTER).equalsIgnoreCase("false");
        this.ssl = ssl(configs);
        requireOneLogin();
    }

    /**
     * Reads the settings of the registry; all other names are ignored.
     *
     * @throws IllegalArgumentException if a setting is invalid or missing; the message holds no secret
     */
    public static RegistryConfig of(Map<String, ?> configs) {
        return new RegistryConfig(configs);
    }

    /** Returns the configuration of an address that needs neither login nor trust store. */
    public static RegistryConfig of(String url) {
        return new RegistryConfig(Map.of(URL, url));
    }

    private void requireOneLogin() {
        String basic = text(BASIC_SOURCE);
        if (!List.of("", "URL", "USER_INFO").contains(basic)) {
            throw unsupported(BASIC_SOURCE, "USER_INFO or URL");
        }
        if (!List.of("", "STATIC_TOKEN").contains(text(BEARER_SOURCE))) {
            throw unsupported(BEARER_SOURCE, "STATIC_TOKEN, or registry.token.file for a token that changes");
        }
        boolean user = !text(BASIC_USER_INFO).isEmpty() || !text(USER).isEmpty();
        boolean token = !text(BEARER_TOKEN).isEmpty() || !text(TOKEN_FILE).isEmpty();
        if (user && token) {
            throw new IllegalArgumentException(
                    "the schema registry is given both a user and a token; give one of them");
        }
        if (basic.equals("USER_INFO") && !user) {
            throw new IllegalArgumentException(BASIC_SOURCE + " is USER_INFO, but " + BASIC_USER_INFO + " is not set");
        }
        if (text(USER).isEmpty() != text(PASSWORD_FILE).isEmpty()) {
            throw new IllegalArgumentException("registry.user and its password must both be set, or neither");
        }
        // Fails here rather than at the first record.
        authorization(addresses.get(0));
    }

    private static IllegalArgumentException unsupported(String name, String supported) {
        return new IllegalArgumentException(
                name + " has a value that Leaktrace does not support; it supports " + supported);
    }

    List<RegistryAddress> addresses() {
        return addresses;
    }

    /** Returns whether missing schemas are registered; otherwise they must exist. */
    boolean autoRegister() {
        return autoRegister;
    }

    /** Returns the TLS context; null for Java's default. */
    SSLContext ssl() {
        return ssl;
    }

    /** Returns whether requests to the first address carry a login. */
    public boolean hasLogin() {
        return authorization(addresses.get(0)) != null;
    }

    /**
     * Returns the header {@code Authorization} for this address, or null for none.
     *
     * @throws IllegalArgumentException if a file with a secret cannot be read
     */
    String authorization(RegistryAddress address) {
        if (!text(BEARER_TOKEN).isEmpty()) {
            return bearer(text(BEARER_TOKEN), BEARER_TOKEN);
        }
        if (!text(TOKEN_FILE).isEmpty()) {
            return bearer(secret(TOKEN_FILE), TOKEN_FILE);
        }
        if (!text(BASIC_USER_INFO).isEmpty() && !text(BASIC_SOURCE).equals("URL")) {
            return basic(text(BASIC_USER_INFO));
        }
        if (!text(USER).isEmpty()) {
            return basic(text(USER) + ":" + secret(PASSWORD_FILE));
        }
        return address.login() == null ? null : basic(address.login());
    }

    private static String bearer(String token, String name) {
        // Java's HTTP client would quote an invalid value in its error message.
        if (!token.matches("[!-~]+")) {
            throw new IllegalArgumentException(name + " must give one token of printable ASCII, without spaces");
        }
        return "Bearer " + token;
    }

    private static String basic(String login) {
        return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    }

    private String secret(String name) {
        try {
            String secret = Files.readString(Path.of(text(name))).strip();
            if (secret.isEmpty()) {
                throw new IllegalArgumentException(name + ": the file " + text(name) + " is empty");
            }
            return secret;
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalArgumentException(
                    name + ": the file " + text(name) + " cannot be read ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        }
    }

    /** Returns the value of a name, with or without Confluent's prefix; empty if it is not set. */
    private String text(String name) {
        Object value = configs.get(name);
        if (value == null) {
            value = configs.get(PREFIX + name);
        }
        return value == null ? "" : value.toString().trim();
    }

    /** Builds the TLS context with Kafka's own code, which reads JKS, PKCS12 and PEM. */
    private static SSLContext ssl(Map<String, ?> configs) {
        Map<String, Object> given = new HashMap<>();
        configs.forEach((name, value) -> {
            if (name.startsWith(SSL_PREFIX)
                    && value != null
                    && !value.toString().isBlank()) {
                given.put(name.substring(PREFIX.length()), value);
            }
        });
        if (configs.containsKey(PREFIX + HOST_CHECK) && !given.containsKey(HOST_CHECK)) {
            throw new IllegalArgumentException(PREFIX + HOST_CHECK + " cannot be empty: the certificate of the schema "
                    + "registry must name the host in " + URL);
        }
        if (given.isEmpty()) {
            return null;
        }
        Object location = given.get(TRUST_STORE);
        if (location != null && !Files.isReadable(Path.of(location.toString()))) {
            throw new IllegalArgumentException("the trust store for the schema registry cannot be read: " + location
                    + "; see registry.ssl.truststore.location");
        }
        String store = String.valueOf(location).toLowerCase(Locale.ROOT);
        if (store.endsWith(".pem") || store.endsWith(".crt") || store.endsWith(".cer")) {
            given.putIfAbsent(TRUST_STORE_TYPE, DefaultSslEngineFactory.PEM_TYPE);
        }
        try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
            ConfigDef known = new ConfigDef();
            SslConfigs.addClientSslSupport(known);
            factory.configure(known.parse(given));
            return factory.sslContext();
        } catch (ConfigException e) {
            // Its message may quote a value.
            throw new IllegalArgumentException("a setting of " + SSL_PREFIX + "* is wrong", e);
        } catch (KafkaException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new IllegalArgumentException(
                    "the trust store for the schema registry cannot be used: " + e.getMessage() + " ("
                            + cause.getMessage() + "); see registry.ssl.truststore.*",
                    e);
        }
    }

    /** Returns the addresses only, without logins. */
    @Override
    public String toString() {
        return addresses.toString();
    }
}
