package io.leaktrace.runtime;

import io.leaktrace.wire.RegistryConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The settings of the schema registry, by the names that Confluent's serializers have for them, so that those can be
 * used as well as ours.
 */
final class RegistrySettings {

    private static final Set<String> OF_CONFLUENT = Set.of(
            RegistryConfig.BASIC_SOURCE,
            RegistryConfig.BASIC_USER_INFO,
            RegistryConfig.BEARER_SOURCE,
            RegistryConfig.BEARER_TOKEN,
            RegistryConfig.AUTO_REGISTER);

    private RegistrySettings() {}

    /** Whether this is a name of Confluent's, which settings may have besides our own. */
    static boolean isOfConfluent(String name) {
        String shortName =
                name.startsWith(RegistryConfig.PREFIX) ? name.substring(RegistryConfig.PREFIX.length()) : name;
        return OF_CONFLUENT.contains(shortName) || name.startsWith(RegistryConfig.SSL_PREFIX);
    }

    /** What the serializers are to be given. */
    static Map<String, String> config(Map<Setting, String> values, Map<String, String> ofConfluent) {
        Map<String, String> config = new LinkedHashMap<>(ofConfluent);
        config.put(RegistryConfig.URL, values.get(Setting.SCHEMA_REGISTRY_URL));
        String user = values.get(Setting.REGISTRY_USER);
        String password = values.get(Setting.REGISTRY_PASSWORD);
        if (!user.isEmpty() && !password.isEmpty()) {
            config.put(RegistryConfig.BASIC_SOURCE, "USER_INFO");
            config.put(RegistryConfig.BASIC_USER_INFO, user + ":" + password);
        } else {
            putUnlessEmpty(config, RegistryConfig.USER, user);
            putUnlessEmpty(config, RegistryConfig.PASSWORD_FILE, values.get(Setting.REGISTRY_PASSWORD_FILE));
        }
        if (!values.get(Setting.REGISTRY_TOKEN).isEmpty()) {
            config.put(RegistryConfig.BEARER_SOURCE, "STATIC_TOKEN");
            config.put(RegistryConfig.BEARER_TOKEN, values.get(Setting.REGISTRY_TOKEN));
        }
        putUnlessEmpty(config, RegistryConfig.TOKEN_FILE, values.get(Setting.REGISTRY_TOKEN_FILE));
        for (Setting setting : List.of(
                Setting.REGISTRY_TRUST_STORE,
                Setting.REGISTRY_TRUST_STORE_PASSWORD,
                Setting.REGISTRY_TRUST_STORE_TYPE)) {
            String name = RegistryConfig.PREFIX + setting.key().substring("registry.".length());
            putUnlessEmpty(config, name, values.get(setting));
        }
        if (values.get(Setting.REGISTRY_AUTO_REGISTER).equals("false")) {
            config.put(RegistryConfig.AUTO_REGISTER, "false");
        }
        return config;
    }

    private static void putUnlessEmpty(Map<String, String> config, String name, String value) {
        if (!value.isEmpty()) {
            config.put(name, value);
        }
    }

    /** Adds what is wrong, without a secret. */
    static void check(Map<Setting, String> values, Map<String, String> ofConfluent, List<String> problems) {
        if (!Set.of("true", "false").contains(values.get(Setting.REGISTRY_AUTO_REGISTER))) {
            problems.add(Setting.REGISTRY_AUTO_REGISTER.key() + " must be 'true' or 'false'");
        }
        boolean user = !values.get(Setting.REGISTRY_USER).isEmpty();
        boolean password = !values.get(Setting.REGISTRY_PASSWORD).isEmpty();
        boolean file = !values.get(Setting.REGISTRY_PASSWORD_FILE).isEmpty();
        if (user != (password || file) || password && file) {
            problems.add("registry.user needs one of registry.password and registry.password.file, and they need it");
            return;
        }
        if (values.get(Setting.REGISTRY_USER).contains(":")) {
            problems.add("registry.user must not contain ':', which ends the name in a login");
            return;
        }
        if (!values.get(Setting.REGISTRY_TOKEN).isEmpty()
                && !values.get(Setting.REGISTRY_TOKEN_FILE).isEmpty()) {
            problems.add("give one of registry.token and registry.token.file");
            return;
        }
        try {
            RegistryConfig.of(config(values, ofConfluent));
        } catch (IllegalArgumentException e) {
            problems.add(e.getMessage());
        }
    }
}
