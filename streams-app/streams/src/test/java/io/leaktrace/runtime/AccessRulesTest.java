package io.leaktrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

/** What the printed rules reach. That they are enough, {@code SecuredClusterTest} shows. */
class AccessRulesTest {

    private static List<AclBinding> rules(String application) {
        return AccessRules.of(Settings.of(Map.of("application.id", application)), "User:leaktrace");
    }

    private static boolean reaches(AclBinding rule, String topic) {
        String name = rule.pattern().name();
        return rule.pattern().patternType() == PatternType.PREFIXED ? topic.startsWith(name) : topic.equals(name);
    }

    private static Stream<String> ownTopics(String application) {
        return rules(application).stream()
                .filter(rule -> rule.entry().operation() == AclOperation.CREATE)
                .map(rule -> rule.pattern().name());
    }

    @Test
    void noRightReachesTheTopicsOfAnApplicationWhoseIdBeginsAlike() {
        List<String> others = ownTopics("leaktrace-2").toList();
        assertTrue(others.contains("leaktrace-2-state-settings"), others.toString());
        List<AclBinding> tooFar = rules("leaktrace").stream()
                .filter(rule -> rule.pattern().resourceType() == ResourceType.TOPIC)
                .filter(rule -> rule.entry().operation() != AclOperation.DESCRIBE)
                .filter(rule -> others.stream().anyMatch(topic -> reaches(rule, topic)))
                .toList();
        assertEquals(List.of(), tooFar);
    }

    @Test
    void allOwnTopicsAreNamed() {
        List<String> own = ownTopics("leaktrace").toList();
        for (String name : List.of(
                "leaktrace-correlations-repartition",
                "leaktrace-findings-changelog",
                "leaktrace-state-settings",
                "leaktrace-orders-by-",
                "leaktrace-contacts-by-")) {
            assertTrue(own.contains(name), name + " is missing among " + own);
        }
    }

    /** Each command starts a Java machine of its own. */
    @Test
    void allRulesAboutOneTopicAreOneCommand() {
        List<String> commands = AccessRules.commands(rules("leaktrace"));
        assertEquals(commands.size(), commands.stream().distinct().count());
        assertTrue(
                commands.contains("--add --allow-principal User:leaktrace --operation Create --operation Read "
                        + "--operation Write --operation DescribeConfigs --topic leaktrace-state-settings"),
                commands.toString());
    }
}
