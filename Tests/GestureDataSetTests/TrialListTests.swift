import EventData
import Support
import SystemPackage
import Testing

@testable import GestureDataSet

@Suite struct TrialListTests {
  func parse(_ text: String, path: FilePath = "list.txt") throws(DataSetError) -> TrialList {
    try TrialList(parsing: Array(text.utf8), path: path)
  }

  func defect(of text: String) -> DataSetError? {
    do throws(DataSetError) { _ = try parse(text) } catch { return error }
    return nil
  }

  @Test(
    "line ends, blanks, blank lines and a byte order mark do not matter",
    arguments: [
      "user02_led.aedat\nuser01_fluorescent_led.aedat\n",
      "user02_led.aedat\r\nuser01_fluorescent_led.aedat\r\n\r\n\r\n",
      "  user02_led.aedat \t\n\tuser01_fluorescent_led.aedat",
      "\u{FEFF}user02_led.aedat\nuser01_fluorescent_led.aedat\n \n",
    ])
  func spellings(_ text: String) throws {
    let list = try parse(text)
    #expect(list.entries.map(\.name.stem) == ["user02_led", "user01_fluorescent_led"])
    #expect(list.entries.map(\.line) == [1, 2])
    #expect(list.path == "list.txt")
  }

  @Test("a list may be empty", arguments: ["", "\n", " \r\n\r\n"])
  func emptyList(_ text: String) throws {
    #expect(try parse(text).entries.isEmpty)
  }

  @Test(
    "anything but a recording's name is rejected with its line",
    arguments: [
      "user02_led", "user02_led.csv", "user02_led.aedat user03_led.aedat", "../user02_led.aedat",
      "DvsGesture/user02_led.aedat", "user02_/led.aedat", "user02_led.aedat/", "/etc/passwd",
      "user02_led\0.aedat", "user_led.aedat", "user256_led.aedat", "usér02_led.aedat",
      "\u{FEFF}user02_led.aedat", "#user02_led.aedat", ".aedat",
    ])
  func foreignText(_ text: String) {
    let error = defect(of: "user01_led.aedat\n\n\(text)\nuser03_led.aedat\n")
    #expect(error?.location == .line(3))
    #expect(error?.path == "list.txt")
    #expect(error?.detail.hasPrefix("a name like user01_led.aedat expected, '") == true)
    #expect(error?.detail.contains("\0") == false)
  }

  @Test("a recording of another name is told what lists are for, and what to do without them")
  func ownNames() {
    #expect(
      defect(of: "alice_take1.aedat\n")?.description
        == "list.txt: line 1: a name like user01_led.aedat expected, 'alice_take1.aedat' found: such "
        + "lists belong to DVS128 Gesture, whose recordings are named userNN_LIGHTING.aedat; for own "
        + "recordings, remove the lists and use folders train/CLASS/ and test/CLASS/")
    #expect(defect(of: "alice\n")?.detail == "a name like user01_led.aedat expected, 'alice' found")
  }

  @Test("a duplicate recording is rejected with both lines")
  func twice() {
    #expect(
      defect(of: "user01_led.aedat\n\nuser02_led.aedat\nuser01_led.aedat\r\n")?.description
        == "list.txt: line 4: user01_led.aedat is listed twice (first in line 1)")
  }

  @Test("a recording in both lists is rejected with both lines")
  func bothLists() throws {
    let train = try parse("user01_led.aedat\nuser02_led.aedat\n", path: "d/trials_to_train.txt")
    let test = try parse("user03_led.aedat\n\nuser02_led.aedat\n", path: "d/trials_to_test.txt")
    #expect(
      throws: DataSetError(
        "d/trials_to_test.txt", .line(3),
        "user02_led.aedat is also in trials_to_train.txt (line 2)")
    ) { try test.requireDisjoint(from: train) }
    try train.requireDisjoint(from: parse("user01_fluorescent.aedat\n"))
  }

  @Test("every prefix and every single-bit flip is rejected with its line or read")
  func attacks() {
    let bytes = Array("user02_led.aedat\r\n\nuser01_fluorescent_led.aedat\n".utf8)
    let inputs =
      bytes.indices.map { Array(bytes[..<$0]) }
      + (0..<bytes.count * 8).map { bytes.flippingBit($0) }
    for input in inputs {
      do throws(DataSetError) {
        let list = try TrialList(parsing: input, path: "list.txt")
        for entry in list.entries where entry.name.recordingFileName.contains("/") {
          Issue.record("\(entry)")
        }
      } catch {
        guard case .line(1...4) = error.location else {
          Issue.record("\(error)")
          continue
        }
      }
    }
    print("tried \(inputs.count) inputs: every prefix and single-bit flip of a trial list")
  }
}
