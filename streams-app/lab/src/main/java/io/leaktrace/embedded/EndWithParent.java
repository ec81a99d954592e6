package io.leaktrace.embedded;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;

/**
 * Launcher of a foreign Java program that ends when its parent process ends, even by {@code kill -9}: the program's
 * standard input is a pipe from the parent, which the system closes. Uses no other class of Leaktrace, as it runs on
 * the foreign program's class path.
 */
public final class EndWithParent {

    private EndWithParent() {}

    /** @param arguments the program's main class, then its own arguments */
    public static void main(String[] arguments) throws Throwable {
        Thread watcher = new Thread(EndWithParent::awaitEnd, "end-with-parent");
        watcher.setDaemon(true);
        watcher.start();
        String[] own = new String[arguments.length - 1];
        System.arraycopy(arguments, 1, own, 0, own.length);
        try {
            Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object) own);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void awaitEnd() {
        try {
            while (System.in.read() >= 0) {
                // The parent sends nothing; this waits for the end of the pipe.
            }
        } catch (IOException e) {
            // The pipe is broken because the parent has ended.
        }
        Runtime.getRuntime().halt(1);
    }
}
