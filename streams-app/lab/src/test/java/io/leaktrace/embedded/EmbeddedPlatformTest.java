package io.leaktrace.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.cli.Main;
import io.leaktrace.testing.OwnProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What becomes of a demo's folder and of its registry where several start, or one is killed. */
class EmbeddedPlatformTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    /** Holds a folder, and starts a registry in it, until it is killed. */
    static final class Holder {

        /** Fields, as both end when nothing refers to them any more. */
        private static FolderLock lock;

        private static EmbeddedRegistry registry;

        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            Path held = Path.of(arguments[0]);
            lock = FolderLock.of(held);
            registry = EmbeddedRegistry.start(held);
            Files.writeString(held.resolve("registry.pid.new"), Long.toString(registry.pid()));
            Files.move(held.resolve("registry.pid.new"), held.resolve("registry.pid"));
            new CountDownLatch(1).await();
            registry.close();
            lock.close();
        }
    }

    /** Apart from one that has ended and that nobody has asked for its exit code. */
    private static boolean runs(long pid) throws IOException {
        Path stat = Path.of("/proc/" + pid + "/stat");
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        }
        try {
            String line = Files.readString(stat);
            return line.charAt(line.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }

    private static void await(Callable<Boolean> condition, String what) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }

    @Test
    void aSecondDemoIsRefusedAndTheRegistryOfAKilledOneEnds() throws Exception {
        Path data = folder.resolve("demo");
        OwnProcess holder = OwnProcess.java(
                List.of(), "128m", folder.resolve("holder.log"), Holder.class.getName(), data.toString());
        Path pidFile = data.resolve("registry.pid");
        await(() -> Files.exists(pidFile) || !holder.isAlive(), "the registry is started");
        assertTrue(holder.isAlive(), () -> read(folder.resolve("holder.log")));
        long registry = Long.parseLong(Files.readString(pidFile));
        String log = data.resolve("registry.log").toString();
        await(() -> Files.size(Path.of(log)) > 0, "the registry itself runs, not just its launcher");

        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setErr(new PrintWriter(err, true));
        assertEquals(1, line.execute("demo", "--exit", "--dir", data.toString()));
        String holderPid = Files.readString(data.resolve(FolderLock.FILE));
        assertTrue(
                err.toString()
                        .contains("A demo is already running: process " + holderPid + " uses the folder " + data
                                + "; stop it, or choose another folder with --dir DIR."),
                err.toString());
        assertTrue(Files.exists(pidFile), "nothing of the first was deleted");
        assertTrue(runs(registry));

        holder.kill();
        await(() -> !runs(registry), "the registry ends with the process that started it");
        FolderLock.of(data).close();
    }

    @Test
    void aFolderIsHeldOnceInAProcessTooAndUnderEachOfItsNames() throws Exception {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        FolderLock lock = FolderLock.of(real);
        try {
            for (Path again : List.of(real, link)) {
                FolderInUseException e = assertThrows(FolderInUseException.class, () -> FolderLock.of(again));
                assertTrue(
                        e.getMessage()
                                .contains("process " + ProcessHandle.current().pid()),
                        e.getMessage());
            }
        } finally {
            lock.close();
        }
        FolderLock.of(link).close();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
