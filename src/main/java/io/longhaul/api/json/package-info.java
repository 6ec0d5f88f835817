/** The JSON of the API, read strictly and written in one shape; no HTTP. */
@NullMarked
package io.longhaul.api.json;

import org.jspecify.annotations.NullMarked;
