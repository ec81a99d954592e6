/** The HTTP API behind the console: findings, decisions, runs, metrics, and alerts that are pushed on. */
package io.leaktrace.api;
