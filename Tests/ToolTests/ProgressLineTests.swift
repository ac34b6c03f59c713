import Testing

@testable import Terminal

@Suite("A progress line")
struct ProgressLineTests {
  private let line = ProgressLine(
    stage: "epoch 10 of 256", fraction: 0.38, amount: "1176 samples", rate: "23.5 samples/s",
    timeLeft: "1:03:12 h left")

  @Test(
    "leaves out the bar, the rate and the amount before the time left",
    arguments: [
      (
        120,
        "epoch 10 of 256 [#########...............] 38 % of 1176 samples, 23.5 samples/s, 1:03:12 h left"
      ),
      (80, "epoch 10 of 256 [###......] 38 % of 1176 samples, 23.5 samples/s, 1:03:12 h left"),
      (70, "epoch 10 of 256 38 % of 1176 samples, 23.5 samples/s, 1:03:12 h left"),
      (60, "epoch 10 of 256 38 % of 1176 samples, 1:03:12 h left"),
      (40, "epoch 10 of 256 38 %, 1:03:12 h left"),
      (30, "epoch 10 of 25… 1:03:12 h left"), (14, "1:03:12 h left"), (7, "1:03:12"), (0, ""),
    ])
  func widths(width: Int, text: String) { #expect(line.text(width: width) == text) }

  @Test("never exceeds the width, and shows the time left wherever it fits")
  func bounds() {
    for width in -1...150 {
      let text = line.text(width: width)
      #expect(text.count <= max(0, width))
      if width >= 14 { #expect(text.hasSuffix("1:03:12 h left"), "\(width): \(text)") }
    }
  }

  @Test(
    "has a rate per minute or hour where less than one a second is done",
    arguments: [
      (2.5, "2.5 recordings/s"), (1.0, "1.0 recordings/s"), (0.0, "0.0 recordings/s"),
      (0.5, "30.0 recordings/min"), (1.0 / 59, "1.0 recordings/min"),
      (0.01, "36.0 recordings/h"), (0.0001, "0.4 recordings/h"),
    ])
  func slowRates(rate: Double, text: String) {
    let found = ProgressReporter.rateText(rate) { "\(decimalText($0, digits: 1)) recordings" }
    #expect(found == text)
  }

  @Test("has no bar and no percentage where the total is unknown")
  func unknownTotal() {
    let line = ProgressLine(
      stage: "scan", fraction: nil, amount: "12.5 MB", rate: "3 MB/s", timeLeft: nil)
    #expect(line.text(width: 80) == "scan 12.5 MB, 3 MB/s" && line.text == line.text(width: 80))
    #expect(line.text(width: 15) == "scan 12.5 MB")
  }
}
