/** What tests of several packages need. */
package io.longhaul.testkit;
