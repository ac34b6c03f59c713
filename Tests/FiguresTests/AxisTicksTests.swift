import Testing

@testable import Figures

@Suite("Ticks of an axis")
struct AxisTicksTests {
  @Test(
    "are round numbers, written without binary rounding errors",
    arguments: [
      (0.0, 1.0, 5, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
      (0.1, 0.3, 5, ["0.10", "0.15", "0.20", "0.25", "0.30"]),
      (0, 0.7, 8, ["0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7"]),
      (-3, 4, 4, ["−4", "−2", "0", "2", "4"]),
      (0, 100, 5, ["0", "20", "40", "60", "80", "100"]),
      (0, 9_999, 2, ["0", "5 k", "10 k"]),
      (0, 640_000, 4, ["0", "200 k", "400 k", "600 k", "800 k"]),
      (0, 2_400_000, 4, ["0", "1 M", "2 M", "3 M"]),
      (0.00001, 0.00004, 4, ["0.00001", "0.00002", "0.00003", "0.00004"]),
      (0, 3e-9, 3, ["0", "1e-9", "2e-9", "3e-9"]),
    ])
  func roundNumbers(low: Double, high: Double, count: Int, texts: [String]) {
    #expect(AxisTicks(from: low, to: high, atMost: count).ticks.map(\.text) == texts)
  }

  @Test("of epochs are whole numbers, even for few epochs")
  func wholeNumbers() {
    for last in [1.0, 2, 3, 7, 63, 255] {
      let axis = AxisTicks(from: 0, to: last, atMost: 6, isWhole: true, keepsHigh: true)
      #expect(axis.ticks.allSatisfy { $0.value == $0.value.rounded() && !$0.text.contains(".") })
      #expect(axis.low == 0 && axis.high == last && axis.ticks.count >= 2)
    }
  }

  @Test(
    "ascend, stay in the range and respect the requested count, for every range")
  func everyRange() {
    let ends: [Double] = [
      -1e150, -1e9, -123.456, -1, -1e-9, 0, 1e-300, 1e-9, 0.3, 1, 7, 99.99, 12_345, 1e9, 1e16,
      1e150,
    ]
    for first in ends {
      for last in ends {
        for (keepsLow, keepsHigh) in [(false, false), (true, false), (false, true), (true, true)] {
          for isWhole in [false, true] {
            let axis = AxisTicks(
              from: first, to: last, atMost: 6, isWhole: isWhole, keepsLow: keepsLow,
              keepsHigh: keepsHigh)
            let comment = "\(first) to \(last), \(keepsLow), \(keepsHigh), \(isWhole)"
            #expect(axis.low < axis.high, "\(comment)")
            let room = (axis.high - axis.low) * 1e-5
            #expect(axis.low <= min(first, last) + room, "\(comment)")
            #expect(axis.high >= max(first, last) - room, "\(comment)")
            #expect(axis.ticks.count <= 8, "\(comment)")
            #expect(
              axis.ticks.allSatisfy { ((axis.low - room)...(axis.high + room)).contains($0.value) },
              "\(comment)")
            #expect(zip(axis.ticks, axis.ticks.dropFirst()).allSatisfy { $0.value < $1.value })
          }
        }
      }
    }
  }

  @Test("of a single value surround it")
  func singleValue() {
    for value in [-5, 0, 0.25, 1, 98.7, 1e12] {
      let axis = AxisTicks(from: value, to: value, atMost: 5)
      #expect(axis.low <= value && value <= axis.high && !axis.ticks.isEmpty, "\(value)")
    }
  }
}
