import Testing

@testable import Terminal

@Suite("A table")
struct TableTextTests {
  private let rows = [
    ["class", "samples", "predicted as"],
    ["4 right_arm_counter_clockwise", "1234567890123", "6 left_arm_clockwise"],
  ]

  @Test("is as wide as its cells where there is no terminal")
  func unlimited() {
    #expect(tableText(rows, width: nil).split(separator: "\n").map(\.count).max() == 66)
    #expect(tableText(rows, width: 66) == tableText(rows, width: nil))
  }

  @Test("fits the terminal: the longest names are cut, numbers are not")
  func narrow() {
    for width in stride(from: 65, through: 35, by: -1) {
      let lines = tableText(rows, width: width).split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= width }, "\(width)")
      #expect(lines[1].contains("1234567890123") && lines[1].contains("…"), "\(width)")
    }
    #expect(
      tableText(rows, width: 50)
        == """
        class                   samples       predicted as
        4 right_arm_cou…  1234567890123  6 left_arm_clock…
        """)
    // Narrower than the least that columns need.
    #expect(tableText(rows, width: 5).contains("4 right_…  1234567890123"))
  }
}
