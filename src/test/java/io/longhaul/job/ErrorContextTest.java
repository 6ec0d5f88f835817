package io.longhaul.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The context of an error")
class ErrorContextTest {
    @ParameterizedTest
    @CsvSource({
        "NONE, 0, BG_S_ERROR_CONTEXT_NONE",
        "UNKNOWN, 1, BG_E_ERROR_CONTEXT_UNKNOWN",
        "GENERAL_QUEUE_MANAGER, 2, BG_E_ERROR_CONTEXT_GENERAL_QUEUE_MANAGER",
        "QUEUE_MANAGER_NOTIFICATION, 3, BG_E_ERROR_CONTEXT_QUEUE_MANAGER_NOTIFICATION",
        "LOCAL_FILE, 4, BG_E_ERROR_CONTEXT_LOCAL_FILE",
        "REMOTE_FILE, 5, BG_E_ERROR_CONTEXT_REMOTE_FILE",
        "GENERAL_TRANSPORT, 6, BG_E_ERROR_CONTEXT_GENERAL_TRANSPORT",
        "REMOTE_APPLICATION, 7, BG_E_ERROR_CONTEXT_REMOTE_APPLICATION",
        "SERVER_CERTIFICATE_CALLBACK, 8, BG_E_ERROR_CONTEXT_SERVER_CERTIFICATE_CALLBACK"
    })
    void has_the_number_and_the_text_that_bits_gives_it(ErrorContext context, int number, BitsError text) {
        assertEquals(number, context.number());
        assertEquals(text, context.text());
    }
}
