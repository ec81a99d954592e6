package io.leaktrace.cli;

import io.leaktrace.domain.SafeText;
import io.leaktrace.runtime.SettingsException;
import io.leaktrace.runtime.StartException;
import io.leaktrace.runtime.Version;
import io.leaktrace.wire.RegistryUnavailableException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.TypeConversionException;

/** The command line: {@code leaktrace COMMAND}. */
@Command(
        name = "leaktrace",
        description = "Finds who leaks orders to scammers, from order events and reported scam contacts.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.VersionText.class,
        footer = {
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 'diff' found differences,",
            "4 'check' has reservations, 5 'check' found that the data cannot answer.",
            "Text is UTF-8, whatever the locale; dates and times are in UTC.",
            "Start with: leaktrace demo, or in the image: leaktrace run",
        })
public final class Main {

    public static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    static final class VersionText implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"leaktrace " + Version.text()};
        }
    }

    private static final String OUT_OF_MEMORY = "Out of memory. Allow more, as in: LEAKTRACE_HEAP=8g leaktrace …";

    /** Names of commands in the order of the help; a command that is not on the class path is left out. */
    private static final List<String> ORDER = List.of(
            "demo",
            "run",
            "load",
            "map",
            "check",
            "import",
            "simulate",
            "replay",
            "diff",
            "suspects",
            "explain",
            "decoys",
            "verdict",
            "dead-letters",
            "erase",
            "topics",
            "topology",
            "evaluate");

    private Main() {}

    public static void main(String[] arguments) {
        // UTF-8 in any locale, since ids may be in any script.
        StandardOutput stdout = new StandardOutput();
        System.setOut(new PrintStream(stdout, false, StandardCharsets.UTF_8));
        OutputStream stderr = new FileOutputStream(FileDescriptor.err);
        System.setErr(new PrintStream(stderr, true, StandardCharsets.UTF_8));
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        if (isUnreadable(Stream.of(arguments), System.getenv())) {
            err.println(
                    "An argument or a setting in the environment has characters that cannot be read in this locale. "
                            + "Set a UTF-8 locale and start again: export LC_ALL=C.UTF-8");
            System.exit(WRONG_USAGE);
        }
        CommandLine line = commandLine();
        line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        line.setErr(err);
        int code;
        try {
            code = line.execute(arguments);
        } catch (OutOfMemoryError e) {
            err.println(OUT_OF_MEMORY);
            code = FAILED;
        }
        line.getOut().flush();
        System.out.flush();
        // A closed pipe is no failure: its reader has read what it wanted.
        if (stdout.failure() != null && !StandardOutput.isPipe()) {
            err.println("The output could not be written: " + stdout.failure().getMessage());
            code = code == WRONG_USAGE ? code : FAILED;
        }
        System.exit(code);
    }

    /**
     * Whether Java could not decode an argument or an environment setting: in a locale that is not UTF-8, it replaces
     * characters by U+FFFD, and a verdict or an erasure would name an id that does not exist.
     */
    static boolean isUnreadable(Stream<String> arguments, Map<String, String> environment) {
        Stream<String> settings = environment.entrySet().stream()
                .filter(variable -> variable.getKey().startsWith("LEAKTRACE_"))
                .map(Map.Entry::getValue);
        return Stream.concat(arguments, settings).anyMatch(text -> text.indexOf('\uFFFD') >= 0);
    }

    private static List<CommandLine> commands() {
        List<Object> all = new ArrayList<>(List.of(
                new RunCommand(),
                new LoadCommand(),
                new MapCommand(),
                new CheckCommand(),
                new ReplayCommand(),
                new DiffCommand(),
                new SuspectsCommand(),
                new ExplainCommand(),
                new DecoysCommand(),
                new VerdictCommand(),
                new DeadLettersCommand(),
                new EraseCommand(),
                new TopicsCommand(),
                new TopologyCommand()));
        ServiceLoader.load(MoreCommands.class).forEach(more -> all.addAll(more.commands()));
        return all.stream()
                .map(CommandLine::new)
                .sorted(Comparator.comparingInt(line -> ORDER.indexOf(line.getCommandName())))
                .toList();
    }

    /** The command line, ready to run in this process. */
    public static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        commands().forEach(line::addSubcommand);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        // Ids and names may begin with @, which does not mean a file of arguments here.
        line.setExpandAtFiles(false);
        line.registerConverter(Instant.class, Main::time);
        // Picocli's warnings print the argument, which may be a password.
        CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF);
        line.setExecutionExceptionHandler((problem, failed, parsed) -> {
            if (problem instanceof SettingsException settings) {
                failed.getErr()
                        .println(settings.problems().size() == 1 ? "A setting is wrong:" : "Settings are wrong:");
                settings.problems().forEach(text -> failed.getErr().println("  " + SafeText.linesForTerminal(text)));
                return WRONG_USAGE;
            }
            if (problem instanceof UsageException) {
                failed.getErr().println(SafeText.linesForTerminal(problem.getMessage()));
                return WRONG_USAGE;
            }
            if (isOutOfMemory(problem)) {
                failed.getErr().println(OUT_OF_MEMORY);
                return FAILED;
            }
            boolean explained = problem instanceof StartException
                    || problem instanceof IOException
                    || problem instanceof UncheckedIOException
                    || problem instanceof RegistryUnavailableException;
            String message = explained ? sentence(problem) : "Unexpected error: " + problem;
            boolean isListed = problem instanceof StartException || problem instanceof RegistryUnavailableException;
            failed.getErr()
                    .println(
                            SafeText.linesForTerminal(isListed ? message + " (see docs/troubleshooting.md)" : message));
            if (System.getenv("LEAKTRACE_STACKTRACE") != null) {
                problem.printStackTrace(failed.getErr());
            } else if (!explained) {
                failed.getErr().println("Set LEAKTRACE_STACKTRACE=1 to see where it happened.");
            }
            return FAILED;
        });
        return line;
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new TypeConversionException("'" + text + "' is not a time such as 2024-07-01T00:00:00Z");
        }
    }

    /** Whether memory ran out, in this thread or in one whose failure was passed on. */
    private static boolean isOutOfMemory(Throwable problem) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                return true;
            }
        }
        return false;
    }

    /** A readable message. Those of the JDK's file exceptions are mostly the file's name alone. */
    private static String sentence(Exception problem) {
        if (problem instanceof UncheckedIOException unchecked
                && unchecked.getCause().toString().equals(problem.getMessage())) {
            return sentence(unchecked.getCause());
        }
        if (problem.getMessage() == null) {
            return "Reading or writing failed: " + problem.getClass().getSimpleName()
                    + ". Set LEAKTRACE_STACKTRACE=1 to see where.";
        }
        if (!(problem instanceof FileSystemException file) || file.getFile() == null) {
            return problem.getMessage() == null ? problem.toString() : problem.getMessage();
        }
        String name = file.getFile();
        if (problem instanceof NoSuchFileException) {
            return name + " does not exist.";
        }
        if (problem instanceof AccessDeniedException) {
            return "No permission to read or write " + name + ".";
        }
        if (problem instanceof FileAlreadyExistsException) {
            return name + " already exists and is not of the type needed here.";
        }
        return problem instanceof NotDirectoryException ? name + " is not a folder." : problem.getMessage();
    }
}
