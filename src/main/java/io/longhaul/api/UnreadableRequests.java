package io.longhaul.api;

import akka.event.LoggingAdapter;
import akka.http.ParsingErrorHandler;
import akka.http.javadsl.model.HttpResponse;
import akka.http.scaladsl.model.ErrorInfo;
import akka.http.scaladsl.model.StatusCode;
import akka.http.scaladsl.settings.ServerSettings;

/** What is so malformed that no route ever sees it is refused like everything else. Akka HTTP finds it by its name. */
public final class UnreadableRequests extends ParsingErrorHandler {
    /** Where Akka HTTP looks for the one instance. */
    @SuppressWarnings("MemberName")
    public static final UnreadableRequests MODULE$ = new UnreadableRequests();

    private UnreadableRequests() {}

    @Override
    public HttpResponse handle(StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
        return Problem.unreadable(status.intValue(), error.summary()).response();
    }
}
