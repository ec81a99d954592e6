/** The commands that the image has, and what all commands share. */
package io.leaktrace.cli;
