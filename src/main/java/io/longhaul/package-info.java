/** The program: its command line, which starts a node or speaks to one. */
@NullMarked
package io.longhaul;

import org.jspecify.annotations.NullMarked;
