package io.leaktrace.runtime;

import io.leaktrace.wire.RegistryConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Maps the settings of the schema registry to the names in Confluent's serializers, so that these and our own can be
 * used.
 */
final class RegistrySettings {

    private static final Set<String> CONFLUENT_NAMES = Set.of(
            RegistryConfig.BASIC_SOURCE,
            RegistryConfig.BASIC_USER_INFO,
            RegistryConfig.BEARER_SOURCE,
            RegistryConfig.BEARER_TOKEN,
            RegistryConfig.AUTO_REGISTER);

    private RegistrySettings() {}

    /** Returns whether this is one of Confluent's names, which are accepted besides our own. */
    static boolean isConfluentName(String name) {
        String shortName =
                name.startsWith(RegistryConfig.PREFIX) ? name.substring(RegistryConfig.PREFIX.length()) : name;
        return CONFLUENT_NAMES.contains(shortName) || name.startsWith(RegistryConfig.SSL_PREFIX);
    }

    /** Returns the configuration of the serializers. */
    static Map<String, String> config(Map<Setting, String> values, Map<String, String> confluentSettings) {
        Map<String, String> config = new LinkedHashMap<>(confluentSettings);
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

    /** Validates the settings and adds problems; messages contain no secret. */
    static void check(Map<Setting, String> values, Map<String, String> confluentSettings, List<String> problems) {
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
            RegistryConfig.of(config(values, confluentSettings));
        } catch (IllegalArgumentException e) {
            problems.add(e.getMessage());
        }
    }
}
