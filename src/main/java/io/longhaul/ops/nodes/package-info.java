/** What nodes know of one another: how each fares, and which give their jobs away. */
@NullMarked
package io.longhaul.ops.nodes;

import org.jspecify.annotations.NullMarked;
