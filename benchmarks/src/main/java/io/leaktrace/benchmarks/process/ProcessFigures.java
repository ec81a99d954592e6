package io.leaktrace.benchmarks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What this process has used since it was started, its start included.
 *
 * @param cpuSeconds of all its threads, the compiler's and the garbage collector's too
 * @param wallSeconds since its start
 * @param peakBytes most memory that was resident at once, off the heap too
 */
public record ProcessFigures(double cpuSeconds, double wallSeconds, long peakBytes) {

    private static final Path STATUS = Path.of("/proc/self/status");

    public static ProcessFigures now() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long started = ManagementFactory.getRuntimeMXBean().getStartTime();
        return new ProcessFigures(
                system.getProcessCpuTime() / 1e9, (System.currentTimeMillis() - started) / 1e3, readPeakBytes());
    }

    private static long readPeakBytes() {
        try {
            List<String> lines = Files.readAllLines(STATUS);
            String peak = lines.stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(STATUS + " does not tell VmHWM"));
            return Long.parseLong(peak.replaceAll("\\D", "")) * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + STATUS + "; the benchmarks need Linux", e);
        }
    }
}
