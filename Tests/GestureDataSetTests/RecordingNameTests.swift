import Testing

@testable import GestureDataSet

@Suite struct RecordingNameTests {
  @Test("a name is the subject and, after the first underscore, the lighting")
  func parts() throws {
    for text in ["user10_fluorescent_led", "user10_fluorescent_led.aedat"] {
      let name = try #require(RecordingName(text))
      #expect(name.stem == "user10_fluorescent_led")
      #expect(name.subject == 10)
      #expect(name.lighting == "fluorescent_led")
      #expect(name.recordingFileName == "user10_fluorescent_led.aedat")
      #expect(name.labelsFileName == "user10_fluorescent_led_labels.csv")
    }
    #expect(RecordingName.officialLightings.count == 5)
    for lighting in RecordingName.officialLightings {
      #expect(RecordingName("user01_" + lighting)?.lighting == lighting)
    }
  }

  @Test("a subject may have any number up to 255, with leading zeros")
  func subjects() {
    #expect(RecordingName("user0_a")?.subject == 0)
    #expect(RecordingName("user255_a")?.subject == 255)
    #expect(RecordingName("user0007_a")?.subject == 7)
    #expect(RecordingName("user7_a") != RecordingName("user07_a"))
  }

  @Test(
    "other names are rejected",
    arguments: [
      "", "user", "user_", "user_led", "user01", "user01_", "user01led", "User01_led",
      "user256_led", "user999999999999999999999_led", "user-1_led", "user+1_led", "user01 _led",
      "user01_l d", "user01_a/b", "/user01_led", "user01_/", "user01_\n", "user01_\0",
      "user01_l\u{E9}d", "user\u{0661}_led", "user01\u{301}_led", "xuser01_led", "._user01_led",
      ".aedat", "user01_.aedat",
    ])
  func otherNames(_ text: String) {
    #expect(RecordingName(text) == nil)
  }
}
