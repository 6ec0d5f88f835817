package io.longhaul.spec

import com.fasterxml.jackson.databind.JsonNode
import io.longhaul.testkit.ApiClient
import scala.jdk.CollectionConverters._

/** What specs with several nodes ask of them, and say to them. */
trait JobCalls {

  /** By asking again and again: a job may move from one node to another meanwhile. */
  protected def awaitState(client: ApiClient, id: String, state: String): Unit =
    try client.until[String](() => client.job(id).path("state").asText, _ == state): Unit
    catch { case late: AssertionError => throw new AssertionError(s"${late.getMessage}: ${told(client, id)}", late) }

  /** All that a node tells of a job: why one is not where it should be is nowhere else once its cluster is gone. */
  protected def told(client: ApiClient, id: String): String =
    Seq("", "/explain", "/events?limit=1000").map(what => client.get(s"/v1/jobs/$id$what").text).mkString("\n")

  /** The nodes that ran the job, one for each slice. */
  protected def runs(client: ApiClient, id: String): Seq[String] =
    events(client, id).filter(_.path("type").asText == "SliceGranted").map(_.path("node").asText)

  protected def events(client: ApiClient, id: String): Seq[JsonNode] =
    client.get(s"/v1/jobs/$id/events?limit=1000").json.path("events").elements.asScala.toSeq

  /** The phases of its end that a node has waited for in vain, by its log. */
  protected def phasesInVain(log: String): Seq[String] =
    "Coordinated shutdown phase \\[([^]]*)\\] timed out".r.findAllMatchIn(log).map(_.group(1)).toSeq

  protected def job(url: String, name: String, more: String*): String =
    (Seq(s""""displayName": "$name", "files": [{"remoteName": "$url", "localName": "$name"}], "resume": true""") ++ more)
      .mkString("{", ", ", "}")
}
