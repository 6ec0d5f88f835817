package io.longhaul.spec

import com.fasterxml.jackson.databind.JsonNode
import io.longhaul.testkit.ApiClient
import scala.jdk.CollectionConverters._

/** What specs with several nodes ask of them, and say to them. */
trait JobCalls {

  /** By asking again and again: a job may move from one node to another meanwhile. */
  protected def awaitState(client: ApiClient, id: String, state: String): Unit =
    client.until[String](() => client.job(id).path("state").asText, _ == state): Unit

  /** The nodes that ran the job, one for each slice. */
  protected def runs(client: ApiClient, id: String): Seq[String] =
    events(client, id).filter(_.path("type").asText == "SliceGranted").map(_.path("node").asText)

  protected def events(client: ApiClient, id: String): Seq[JsonNode] =
    client.get(s"/v1/jobs/$id/events?limit=1000").json.path("events").elements.asScala.toSeq

  protected def job(url: String, name: String, more: String*): String =
    (Seq(s""""displayName": "$name", "files": [{"remoteName": "$url", "localName": "$name"}], "resume": true""") ++ more)
      .mkString("{", ", ", "}")
}
