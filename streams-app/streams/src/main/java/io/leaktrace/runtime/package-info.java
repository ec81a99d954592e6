/** The running pipeline: settings, topics and their configuration, saved state, health. */
package io.leaktrace.runtime;
