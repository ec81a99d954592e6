package io.leaktrace.architecture;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Packages depend on each other in one direction only, the one that CONTRIBUTING.md describes. */
class ArchitectureTest {

    private static final String ROOT = "io.leaktrace.";

    /** Packages that a package may depend on, beside those of the JDK and libraries. */
    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
            Map.entry("domain", Set.of()),
            Map.entry("correlate", Set.of("domain")),
            Map.entry("localize", Set.of("domain")),
            Map.entry("engine", Set.of("domain", "correlate", "localize")),
            Map.entry("wire", Set.of("domain", "localize")),
            Map.entry("privacy", Set.of("domain")),
            Map.entry("fields", Set.of("domain", "privacy")),
            Map.entry("sources", Set.of("domain", "fields", "privacy", "wire")),
            Map.entry("topology", Set.of("domain", "correlate", "localize", "engine", "wire", "sources")),
            Map.entry("runtime", Set.of("domain", "correlate", "localize", "wire", "privacy", "sources", "topology")),
            Map.entry("files", Set.of("domain", "wire", "topology", "runtime", "privacy")),
            Map.entry("tables", Set.of("domain", "fields", "files", "privacy")),
            Map.entry("check", Set.of("domain", "localize")),
            Map.entry("decoys", Set.of("domain", "localize")),
            Map.entry("topics", Set.of("domain", "files", "wire", "topology", "runtime", "privacy")),
            Map.entry("runs", Set.of("domain", "files", "wire", "topology", "runtime")),
            Map.entry(
                    "replay",
                    Set.of("domain", "localize", "engine", "files", "runs", "topics", "wire", "topology", "runtime")),
            Map.entry("compare", Set.of("domain", "runs")),
            Map.entry(
                    "api",
                    Set.of(
                            "domain",
                            "localize",
                            "wire",
                            "topology",
                            "runtime",
                            "files",
                            "replay",
                            "runs",
                            "topics",
                            "compare",
                            "decoys")),
            Map.entry(
                    "cli",
                    Set.of(
                            "domain",
                            "localize",
                            "wire",
                            "topology",
                            "runtime",
                            "privacy",
                            "files",
                            "tables",
                            "check",
                            "decoys",
                            "replay",
                            "runs",
                            "topics",
                            "compare",
                            "api")),
            Map.entry("simulate", Set.of("domain", "files", "imports")),
            Map.entry("imports", Set.of("domain", "files", "privacy", "tables")),
            Map.entry("evaluate", Set.of("domain", "correlate", "localize", "engine", "files", "imports", "simulate")),
            Map.entry(
                    "embedded",
                    Set.of("domain", "localize", "wire", "topology", "runtime", "files", "replay", "runs", "topics")),
            Map.entry(
                    "lab",
                    Set.of(
                            "domain",
                            "localize",
                            "wire",
                            "topology",
                            "runtime",
                            "privacy",
                            "files",
                            "tables",
                            "replay",
                            "runs",
                            "topics",
                            "compare",
                            "api",
                            "cli",
                            "simulate",
                            "imports",
                            "evaluate",
                            "embedded")));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.leaktrace")
            .that(new DescribedPredicate<>("are not generated") {
                @Override
                public boolean test(JavaClass one) {
                    return !one.getPackageName().startsWith("io.leaktrace.avro");
                }
            });

    private static String room(JavaClass one) {
        String name = one.getPackageName();
        return name.startsWith(ROOT) ? name.substring(ROOT.length()).split("\\.")[0] : "";
    }

    @Test
    void packagesDependOnOthersInOneDirection() {
        Map<String, Set<String>> found = new TreeMap<>();
        for (JavaClass one : CLASSES) {
            for (Dependency dependency : one.getDirectDependenciesFromSelf()) {
                String from = room(one);
                String to = room(dependency.getTargetClass().getBaseComponentType());
                if (!to.isEmpty()
                        && !to.equals("avro")
                        && !to.equals(from)
                        && !ALLOWED.get(from).contains(to)) {
                    found.computeIfAbsent(from + " -> " + to, arrow -> new TreeSet<>())
                            .add(one.getSimpleName());
                }
            }
        }
        assertEquals(Map.of(), found);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.leaktrace.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void thereAreNoOtherPackages() {
        Set<String> rooms = new TreeSet<>();
        CLASSES.forEach(one -> rooms.add(room(one)));
        assertEquals(new TreeSet<>(ALLOWED.keySet()), rooms);
    }
}
