/**
 * What BITS calls group policy, as plain values: what an operator said for the fleet, a queue or an owner, and what
 * follows from it for a job at an instant.
 */
@NullMarked
package io.longhaul.policy;

import org.jspecify.annotations.NullMarked;
