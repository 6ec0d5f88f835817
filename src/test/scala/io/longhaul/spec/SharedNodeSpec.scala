package io.longhaul.spec

import io.longhaul.testkit.TestNode

/** A chapter that needs no settings of its own: all of these have one node, which ends with the JVM. */
abstract class SharedNodeSpec extends NodeSpec {
  override protected lazy val node: TestNode = SharedNodeSpec.node

  override protected def afterAll(): Unit = {
    origin.close()
    misbehaving.close()
  }
}

object SharedNodeSpec {
  private lazy val node: TestNode = {
    val started = TestNode.start()
    sys.addShutdownHook(started.close())
    started
  }
}
