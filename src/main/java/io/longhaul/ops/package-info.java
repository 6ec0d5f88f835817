/** Running a node: settings, database, clock, start and end. */
@NullMarked
package io.longhaul.ops;

import org.jspecify.annotations.NullMarked;
