/** A load generator for operators: it knows a node by its HTTP API only. */
@NullMarked
package io.longhaul.bench;

import org.jspecify.annotations.NullMarked;
