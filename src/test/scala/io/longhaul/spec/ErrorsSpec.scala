package io.longhaul.spec

import com.fasterxml.jackson.databind.JsonNode
import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content
import java.nio.file.Files

/** "IBackgroundCopyError tells the context and the code of an error, the file and the protocol where they are involved." */
class ErrorsSpec extends SharedNodeSpec {

  private def errorOf(id: String): JsonNode = alice.get(s"/v1/jobs/$id/error").json

  Feature("The error object") {

    Scenario("tells the file, the protocol and the text of its context") {
      misbehaving.on("/missing.bin", Behaviours.status(404))
      origin.put("/here.bin", new Content(91, 1000))
      val id = alice.create(
        job(Seq(file(origin.url("/here.bin"), "here.bin"), file(misbehaving.url("/missing.bin"), "missing.bin")))
      )
      alice.awaitState(id, "ERROR")
      assert(errorOf(id).path("context").asText == "REMOTE_FILE")
      assert(errorOf(id).path("contextDescription").asText == "The error arose with the remote file.")
      assert(errorOf(id).path("hresult").asText == "0x80190194")
      assert(errorOf(id).path("fileIndex").asInt == 1)
      assert(errorOf(id).path("protocol").asText == "http")
    }

    Scenario("of the store involves no protocol") {
      Files.createDirectories(fileOf("alice", ""))
      Files.writeString(fileOf("alice", "inTheWay"), "a file where a folder should be")
      val id = alice.create(job(Seq(file(origin.url("/x"), "inTheWay/x.bin"))))
      alice.awaitState(id, "ERROR")
      assert(errorOf(id).path("context").asText == "LOCAL_FILE")
      assert(errorOf(id).path("contextDescription").asText == "The error arose with the local file.")
      assert(errorOf(id).path("protocol").isNull)
    }

    Scenario("of the connection is in the context of the transport, and names the protocol") {
      val id = alice.create(
        job(Seq(file("https://127.0.0.1:1/x", "x.bin")), """"noProgressTimeoutSeconds": 0""")
      )
      alice.awaitState(id, "ERROR")
      assert(errorOf(id).path("context").asText == "GENERAL_TRANSPORT")
      assert(errorOf(id).path("contextDescription").asText == "The error arose on the connection.")
      assert(errorOf(id).path("protocol").asText == "https")
    }

    Scenario("is there in the error states alone, and until bytes flow again") {
      val id = alice.create(suspendedJob(Seq(file(origin.url("/x"), "x"))))
      val none = alice.get(s"/v1/jobs/$id/error")
      assert(none.status == 404)
      assert(none.code == "BG_E_ERROR_INFORMATION_UNAVAILABLE")
    }
  }
}
