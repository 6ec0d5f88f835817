/**
 * What is counted and measured of a node, by those who hear of it: each stands before a port, or listens to one, so that
 * nothing else knows of Micrometer.
 */
@NullMarked
package io.longhaul.ops.meters;

import org.jspecify.annotations.NullMarked;
