/** The HTTP API behind the console: findings, decisions, runs, metrics, and alerts pushed to an Alertmanager. */
package io.leaktrace.api;
