import FileAccess
import FoundationEssentials
import Support
import SystemPackage
import Testing

@Suite("Classes and samples have one numbering")
struct NumberingTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try ToolRun.folderWithCache() }

  private let cache = "frames_number_2_split_by_number.h5"

  private func run(_ arguments: String...) throws -> CommandResult {
    try ToolRun.dvsprep(arguments, in: directory.path)
  }

  private func json(_ arguments: String...) throws -> [String: JSONValue] {
    let result = try ToolRun.dvsprep(arguments + ["--json"], in: directory.path)
    return try JSONDecoder().decode(
      [String: JSONValue].self, from: Data(result.standardOutput.utf8))
  }

  @Test("--class takes names, numbers of label files, and both")
  func selection() throws {
    for text in ["arm_roll,2", "8,right_hand_wave", "2,8"] {
      let result = try run("convert", ".", "-T", "2", "--class", text, "-o", "s.h5", "--force")
      #expect(result.exitCode == 0, "\(result.standardError)")
      let information = try run("info", "s.h5").standardOutput
      #expect(
        information.contains(
          "\nselection     classes 2 right_hand_wave (label 1), 8 arm_roll (label 7)\n"))
    }
    #expect(try json("info", "s.h5")["selection"] == .text("classes=2,8"))
    for text in ["0", "12", "arm_rol"] {
      let result = try run("convert", ".", "--class", text)
      #expect(result.exitCode == 64)
      #expect(
        result.standardError.contains(
          "a class's name, as in arm_roll, or its number from 1 to 11 expected, '\(text)' found"))
    }
  }

  @Test("info and inspect show the class of label files and the label of the cache")
  func text() throws {
    for arguments in [
      ["info", "."], ["info", "DvsGesture/user02_led.aedat"], ["info", cache], ["inspect", cache],
      ["inspect", cache, "--sample", "train:2", "--draw", "none"],
    ] {
      let result = try ToolRun.dvsprep(arguments, in: directory.path)
      #expect(
        result.standardOutput.contains(" 8 arm_roll (label 7)"), "\(result.standardOutput)")
    }
  }

  @Test("JSON has label and class_number where it names a class")
  func objects() throws {
    let sample = try json("inspect", cache, "--sample", "train/arm_roll/user02_led_0")
    #expect(sample["label"] == .number(7) && sample["class_number"] == .number(8))
    #expect(sample["class"] == .text("arm_roll"))
    #expect(sample["identity"] == .text("train/7/user02_led_0"))
    let recording = try run("info", "DvsGesture/user02_led.aedat", "--json").standardOutput
    #expect(
      recording.contains(
        #""class":8,"class_name":"arm_roll","class_number":8,"end_us":50000,"#))
    let statistics = try run("inspect", cache, "--json", "--by", "class").standardOutput
    #expect(statistics.contains(#""class_number":8,"label":7,"#))
    #expect(statistics.contains(#""name":"7 arm_roll""#))
  }

  @Test("--sample takes the printed identity, with a class's name too, and lists near ones")
  func samples() throws {
    let shown = try run("inspect", cache, "--sample", "train/7/user02_led_1", "--draw", "none")
    #expect(shown.standardOutput.hasPrefix("train/7/user02_led_1: train:3 of "))
    let named = try run(
      "inspect", cache, "--sample", "train/arm_roll/user02_led_1", "--draw", "none")
    #expect(named.standardOutput == shown.standardOutput)
    let incomplete = try run("inspect", cache, "--sample", "user02_led_1")
    #expect(incomplete.exitCode == 1)
    #expect(
      incomplete.errorLines == [
        "dvsprep: \(cache): no sample user02_led_1: did you mean train/7/user02_led_1?"
      ])
  }
}

/// A value in an object of JSON; lists and objects are not distinguished.
private enum JSONValue: Decodable, Equatable {
  case number(Int)
  case text(String)
  case other

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Int.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else {
      self = .other
    }
  }
}
