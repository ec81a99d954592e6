/** The files that a run leaves: suspects, alerts, explanations, manifest, and other formats. */
package io.leaktrace.runs;
