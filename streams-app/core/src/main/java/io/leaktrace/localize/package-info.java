/** The second stage: the model that attributes contacts to custodians and decides about alerts (docs/model.md). */
package io.leaktrace.localize;
