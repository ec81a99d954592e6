/** The commands of the lab: demo, import, simulate, evaluate. Not in the image. */
package io.leaktrace.lab;
