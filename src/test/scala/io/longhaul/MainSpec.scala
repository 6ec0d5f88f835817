package io.longhaul

import org.scalatest.featurespec.AnyFeatureSpec

class MainSpec extends AnyFeatureSpec {
  Feature("main") {
    Scenario("java 21 library and Java test classes are seen") {
      new MainTest().runs_on_a_jdk_of_its_language_level()
      val list = new java.util.ArrayList[String]()
      list.add("x")
      assert(list.getFirst == "x")
    }
  }
}
