/**
 * Records and rules of the domain: order events, contacts, custodians, suspects, alerts. Everything else depends on
 * this package, and it depends on nothing.
 */
package io.leaktrace.domain;
