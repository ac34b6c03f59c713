import EventData
import Support
import SystemPackage
import Testing

@testable import GestureDataSet

/// Damaged label files are rejected with the line, or read.
@Suite(.timeLimit(.minutes(30)))
struct LabelAttackTests {
  static let small = Array(
    (LabelWindow.headerLine + "\r\n5,1000,2000\r\n\r\n8, 1500 ,4294967296\r\n11,7,8\n").utf8)

  /// Reads a possibly damaged label file.
  @discardableResult
  func attack(_ bytes: [UInt8], _ what: @autoclosure () -> String) -> [LabelWindow]? {
    let lineCount = bytes.count { $0 == 0x0A } + 1
    do throws(DataSetError) {
      let windows = try LabelWindow.parse(bytes, path: "labels.csv")
      // A row takes at least five bytes, as in `1,2,3`.
      if windows.count > bytes.count / 5
        || !windows.allSatisfy({ (2...lineCount).contains($0.line) && !$0.microseconds.isEmpty })
      {
        Issue.record("\(what()): \(windows)")
      }
      return windows
    } catch {
      // A zero among the first bytes makes the file look like UTF-16, which is refused as a whole.
      let isLocated =
        switch error.location {
        case .line(1...lineCount): true
        case .whole: error.detail.hasPrefix("text in UTF-8 expected, UTF-16 found")
        default: false
        }
      guard isLocated, error.path == "labels.csv", error.description.utf8.count < 400 else {
        Issue.record("\(what()): \(error)")
        return nil
      }
      return nil
    }
  }

  @Test("every shorter prefix is rejected with its line, or gives the rows it contains")
  func prefixes() throws {
    let whole = try LabelWindow.parse(Self.small, path: "labels.csv")
    #expect(whole.count == 3)
    for length in Self.small.indices {
      guard let windows = attack(Array(Self.small[..<length]), "prefix of \(length)") else {
        continue
      }
      // Only the last row can differ, when truncation shortens its last number.
      let kept = max(0, windows.count - 1)
      #expect(windows.count <= whole.count)
      #expect(Array(windows.prefix(kept)) == Array(whole.prefix(kept)))
      #expect(windows.last?.gesture == whole.prefix(windows.count).last?.gesture)
    }
    print("tried \(Self.small.count) inputs: every prefix of a label file")
  }

  @Test("every single-bit flip is rejected with its line or read")
  func bitFlips() {
    let bitCount = Self.small.count * 8
    for bit in 0..<bitCount { attack(Self.small.flippingBit(bit), "bit \(bit)") }
    print("tried \(bitCount) inputs: every single-bit flip of a label file")
  }

  @Test("every byte set to every value is rejected with its line or read")
  func byteValues() {
    for index in Self.small.indices {
      var bytes = Self.small
      for value in UInt8.min ... .max {
        bytes[index] = value
        attack(bytes, "byte \(index) = \(value)")
      }
    }
    print("tried \(Self.small.count * 256) inputs: every value of every byte of a label file")
  }

  @Test("random rows are rejected with their line or read")
  func randomRows() {
    var generator = SeededGenerator(printingSeedFor: "random rows of a label file")
    let pieces = [
      "1", "11", "0", "9223372036854775807", "9223372036854775808", ",", ",", "\n", "\r\n", " ",
      "-", "\u{301}", "é", "\0", "\u{FEFF}", "class",
    ]
    let inputCount = 5000
    for number in 0..<inputCount {
      var text = LabelWindow.headerLine + "\n"
      for _ in 0..<Int.random(in: 0..<30, using: &generator) {
        text += pieces[Int.random(in: pieces.indices, using: &generator)]
      }
      attack(Array(text.utf8), "input \(number)")
    }
    print("tried \(inputCount) inputs: random rows of a label file")
  }
}
