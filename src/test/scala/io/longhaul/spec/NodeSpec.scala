package io.longhaul.spec

import com.fasterxml.jackson.databind.JsonNode
import io.longhaul.testkit.ApiClient
import io.longhaul.testkit.MisbehavingOrigin
import io.longhaul.testkit.Origin
import io.longhaul.testkit.TestNode
import java.nio.file.Path
import org.scalatest.BeforeAndAfterAll
import org.scalatest.GivenWhenThen
import org.scalatest.featurespec.AnyFeatureSpec
import scala.jdk.CollectionConverters._

/** A chapter of BITS, told through the HTTP API of a node in this JVM, which downloads from servers that are real. */
abstract class NodeSpec extends AnyFeatureSpec with GivenWhenThen with BeforeAndAfterAll {

  /** Settings other than those shipped. */
  protected def settings: Seq[String] = Nil

  protected lazy val node: TestNode = TestNode.start(settings: _*)
  protected lazy val origin: Origin = Origin.http()
  protected lazy val misbehaving: MisbehavingOrigin = new MisbehavingOrigin()
  protected lazy val alice: ApiClient = node.client("alice")

  override protected def afterAll(): Unit = {
    node.close()
    origin.close()
    misbehaving.close()
  }

  protected def fileOf(owner: String, localName: String): Path = node.files(owner).resolve(localName)

  /** A file of a job, as JSON; further members as they stand there. */
  protected def file(url: String, localName: String, more: String*): String =
    (Seq(s""""remoteName": "$url"""", s""""localName": "$localName"""") ++ more).mkString("{", ", ", "}")

  /** A job, as JSON, that is resumed at once; further members as they stand there. */
  protected def job(files: Seq[String], more: String*): String =
    (Seq(""""displayName": "spec"""", s""""files": ${files.mkString("[", ", ", "]")}""", """"resume": true""") ++ more)
      .mkString("{", ", ", "}")

  protected def suspendedJob(files: Seq[String], more: String*): String =
    (Seq(""""displayName": "spec"""", s""""files": ${files.mkString("[", ", ", "]")}""") ++ more).mkString("{", ", ", "}")

  protected def state(id: String): String = alice.job(id).path("state").asText

  protected def states(id: String): Seq[String] = alice.states(id).asScala.toSeq

  protected def events(id: String): Seq[JsonNode] =
    alice.get(s"/v1/jobs/$id/events?limit=1000").json.path("events").elements.asScala.toSeq

  protected def typesOf(id: String): Seq[String] = events(id).map(_.path("type").asText)
}
