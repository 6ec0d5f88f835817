/**
 * The HTTP API: endpoints as values, one file for each resource, and what holds for all of them (who calls, strict
 * bodies and parameters, calls sent twice, refusals) once.
 */
@NullMarked
package io.longhaul.api;

import org.jspecify.annotations.NullMarked;
