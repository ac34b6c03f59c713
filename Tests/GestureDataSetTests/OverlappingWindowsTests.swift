import EventData
import SystemPackage
import Testing

@testable import GestureDataSet

@Suite("Label windows that overlap")
struct OverlappingWindowsTests {
  private func warnings(_ windows: [(Gesture, Range<Int64>)]) -> [String] {
    LabelWindow.overlapWarnings(
      windows.enumerated().map { index, window in
        LabelWindow(gesture: window.0, microseconds: window.1, line: index + 2)
      }, "a_labels.csv"
    ).map(\.description)
  }

  @Test("are named with both lines, as those of user22_led in DVS128 Gesture")
  func overlap() {
    #expect(
      warnings([(.airDrums, 2_000_000..<5_500_000), (.airGuitar, 4_000_000..<6_000_000)])
        == [
          "a_labels.csv: line 2: the window of air_drums ends 1500000 µs after the start of "
            + "air_guitar (line 3): common events are in both samples"
        ])
  }

  @Test("windows that touch do not overlap, in any order")
  func touching() {
    #expect(warnings([(.airDrums, 5..<9), (.airGuitar, 1..<5), (.armRoll, 9..<10)]).isEmpty)
    #expect(warnings([]).isEmpty)
  }

  @Test("a window that contains others is named with each")
  func containing() {
    let found = warnings([(.armRoll, 0..<100), (.airDrums, 10..<20), (.airGuitar, 50..<60)])
    #expect(found.count == 2)
    #expect(found.allSatisfy { $0.contains("line 2: the window of arm_roll ends") })
  }
}
