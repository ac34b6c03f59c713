import EventData
import Figures
import Support
import Testing

@testable import Train

@Suite("A page of predictions")
struct PredictionPageTests {
  private func rates(_ label: Int?, _ rate: Float = 0.75) -> [Float] {
    (0..<11).map { $0 == label ? rate : 0 }
  }

  /// A page of windows of 1 s, starting every 0.5 s from 2 s on.
  private func page(
    _ rates: [[Float]?], origin: Int64 = 0, labels: [RecordingLabel]?
  ) -> PredictionPage {
    PredictionPage(
      windows: rates.indices.map { number in
        let start = 2_000_000 + Int64(number) * 500_000
        return .init(microseconds: start..<start + 1_000_000, eventCount: 7, frameCount: 16)
      }, originMicroseconds: origin, names: ClassNames(ClassNames.gestureNames), rates: rates,
      stepMicroseconds: 500_000,
      labels: labels,
      facts: [("speed", "<fast> & \"more\"")])
  }

  private func text(_ page: PredictionPage, _ name: String = "r.aedat") -> String {
    String(decoding: page.bytes(recording: name), as: UTF8.self)
  }

  @Test("draws one span for consecutive equal predictions, around the middle of their windows")
  func spans() {
    let steps = PredictionSteps(page([rates(3), rates(3), rates(5), nil, rates(5)], labels: nil))
    let rows = steps.rows(labels: nil)
    #expect(rows.count == 1)
    let text = text(page([rates(3), rates(3), rates(5), nil, rates(5)], labels: nil))
    #expect(text.contains("<title>4 right_arm_clockwise, 2.25 to 3.25 s</title>"))
    #expect(text.contains("<title>6 left_arm_clockwise, 3.25 to 3.75 s</title>"))
    #expect(text.contains("<title>6 left_arm_clockwise, 4.25 to 4.75 s</title>"))
    #expect(text.contains("there is no label file beside the recording"))
    #expect(!text.contains("agreement"))
  }

  @Test("has labels and agreement under the predictions")
  func labels() {
    let labels = [
      RecordingLabel(3, 2_000_000..<3_000_000),
      RecordingLabel(0, 3_000_000..<4_000_000),
    ]
    let text = text(page([rates(3), rates(3), rates(3)], labels: labels))
    let predicted = text.firstRange(of: ">predicted<")
    let label = text.firstRange(of: ">label<")
    let agreement = text.firstRange(of: ">agreement<")
    #expect(predicted != nil && label != nil && agreement != nil)
    if let predicted, let label, let agreement {
      #expect(predicted.lowerBound < label.lowerBound && label.lowerBound < agreement.lowerBound)
    }
    #expect(text.contains("<title>4 right_arm_clockwise, 2.00 to 3.00 s</title>"))
    // The second window is covered by neither label by more than half.
    #expect(text.contains("<title>right, 2.25 to 2.75 s</title>"))
    #expect(text.contains("<title>wrong, 3.25 to 3.75 s</title>"))
    #expect(text.contains("<td>wrong</td>"))
  }

  @Test("counts from the first event, as the page of a recording does, also its labels and table")
  func clock() {
    let labels = [RecordingLabel(3, 2_000_000..<3_000_000)]
    let text = text(page([rates(3)], origin: 1_500_000, labels: labels))
    #expect(text.contains("<title>4 right_arm_clockwise, 0.75 to 1.25 s</title>"))
    #expect(text.contains("<title>4 right_arm_clockwise, 0.50 to 1.50 s</title>"))
    #expect(text.contains("<td>0.500</td><td>1.500</td>"))
    #expect(text.contains("time since the first event (s)"))
  }

  @Test("says right and wrong in no colour of a class, and explains all colours")
  func colours() throws {
    let labels = [RecordingLabel(3, 2_000_000..<4_000_000)]
    let page = page([rates(3), rates(5)], labels: labels)
    let agreement = try #require(PredictionSteps(page).rows(labels: labels).last)
    #expect(agreement.spans.map(\.look) == [.faint, .ink])
    let text = text(page)
    #expect(text.contains("/></svg>4 right_arm_clockwise</li>"))
    #expect(text.contains("/></svg>wrong</li>"))
    #expect(!text.contains("/></svg>1 hand_clapping</li>"))
  }

  @Test("fits the strongest colour to the highest rate, and says which it is in a bar")
  func rateScale() throws {
    let page = page([rates(3, 0.31), rates(5, 0.1)], labels: nil)
    let steps = PredictionSteps(page)
    #expect(steps.scale == 0.4)
    let row = steps.classRows(labels: nil, isNarrow: true)[3]
    #expect(row.name == "4")
    let look = try #require(row.spans.first?.look)
    guard case .strength(3, let strength) = look else {
      Issue.record("\(look)")
      return
    }
    #expect(abs(strength - 0.775) < 1e-6)
    #expect(text(page).contains(">0.4</text>"))
  }

  @Test("draws no prediction where no output neuron fired")
  func silence() {
    let text = text(page([rates(nil), rates(2)], labels: nil))
    #expect(!text.contains("<title>1 hand_clapping"))
    #expect(text.contains("<title>3 left_hand_wave, 2.75 to 3.25 s</title>"))
    // All rates are 0, so class 1 is the best, but it was not predicted.
    let label = RecordingLabel(0, 2_000_000..<4_000_000)
    let labelled = self.text(page([rates(nil), rates(2)], labels: [label]))
    #expect(
      labelled.contains("<title>silent, 2.25 to 2.75 s</title>")
        && !labelled.contains("<title>right,"))
  }

  @Test("escapes names and facts, and loads nothing from the internet")
  func escaping() {
    let text = text(page([rates(0)], labels: []), "<script>alert(1)</script>")
    #expect(!text.contains("<script>alert"))
    #expect(text.contains("&lt;fast&gt; &amp; &quot;more&quot;"))
    #expect(!text.contains("http://") && !text.contains("https://"))
  }

  @Test("stays small with 100 000 windows")
  func many() {
    let text = text(page((0..<100_000).map { rates($0 / 9 % 11) }, labels: nil))
    #expect(text.utf8.count < 5_000_000)
    #expect(text.contains("Each step is the mean of 67 windows."))
    #expect(text.contains("100000 windows"))
  }

  @Test("is valid without windows that have events")
  func nothing() {
    #expect(text(page([nil, nil], labels: nil)).contains("All 2 windows"))
  }
}
