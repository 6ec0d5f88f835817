package io.longhaul.api;

import akka.http.javadsl.model.HttpRequest;
import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.api.json.Json;
import io.longhaul.api.json.Refusal;
import io.longhaul.job.BitsError;
import io.longhaul.job.JobId;
import java.util.Map;

/**
 * One request, with what has been read of it.
 *
 * @param path the values of the names in the endpoint's path
 * @param content of the body, where the endpoint has it read
 */
record Call(HttpRequest request, Caller caller, Map<String, String> path, Query query, Content content) {
    /** The bytes of a body. */
    static final class Content {
        static final Content NONE = new Content(new byte[0]);

        private final byte[] bytes;

        Content(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    String named(String name) {
        return path.getOrDefault(name, "");
    }

    /** The job that the path names; a text that is no id names none. */
    JobId jobId() {
        return JobId.parse(named("id")).orElseThrow(() -> new Refusal(BitsError.BG_E_NOT_FOUND));
    }

    JsonNode json() {
        return Json.read(content.bytes());
    }
}
