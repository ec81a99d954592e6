package io.leaktrace.cli;

import io.leaktrace.runtime.SettingsException;
import io.leaktrace.runtime.StartException;
import io.leaktrace.runtime.Version;
import io.leaktrace.wire.RegistryUnavailableException;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line: {@code leaktrace COMMAND}. */
@Command(
        name = "leaktrace",
        description = "Finds who leaks orders to scammers, from order events and reported scam contacts.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.VersionText.class,
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            LoadCommand.class,
            ImportCommand.class,
            SimulateCommand.class,
            ReplayCommand.class,
            DiffCommand.class,
            SuspectsCommand.class,
            ExplainCommand.class,
            VerdictCommand.class,
            DeadLettersCommand.class,
            EraseCommand.class,
            TopicsCommand.class,
            TopologyCommand.class,
            EvaluateCommand.class,
        },
        footer = {
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 'diff' found some.",
            "Begin with: leaktrace demo",
        })
public final class Main {

    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    static final class VersionText implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"leaktrace " + Version.text()};
        }
    }

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command line, for whoever wants to run it in this process. */
    public static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((problem, failed, parsed) -> {
            if (problem instanceof SettingsException settings) {
                failed.getErr()
                        .println(settings.problems().size() == 1 ? "A setting is wrong:" : "Settings are wrong:");
                settings.problems().forEach(text -> failed.getErr().println("  " + text));
                return WRONG_USAGE;
            }
            if (problem instanceof UsageException) {
                failed.getErr().println(problem.getMessage());
                return WRONG_USAGE;
            }
            boolean explained = problem instanceof StartException
                    || problem instanceof IOException
                    || problem instanceof RegistryUnavailableException;
            failed.getErr().println(explained ? problem.getMessage() : "Unexpected: " + problem);
            if (System.getenv("LEAKTRACE_STACKTRACE") != null) {
                problem.printStackTrace(failed.getErr());
            } else if (!explained) {
                failed.getErr().println("Set LEAKTRACE_STACKTRACE=1 to see where it happened.");
            }
            return FAILED;
        });
        return line;
    }
}
