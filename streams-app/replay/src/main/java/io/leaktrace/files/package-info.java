/** Files of order events and contacts: JSON Lines and compressed files, bad lines, sorting. */
package io.leaktrace.files;
