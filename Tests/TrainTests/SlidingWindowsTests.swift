import Testing
import Train

@Suite("Sliding windows")
struct SlidingWindowsTests {
  private let sliding = SlidingWindows(windowMicroseconds: 1500, stepMicroseconds: 250)

  @Test("lie within the span, up to the last one that fits")
  func inside() {
    #expect(
      sliding.windows(in: 100..<2100) == [100..<1600, 350..<1850, 600..<2100])
    #expect(sliding.windows(in: 100..<2099) == [100..<1600, 350..<1850])
    #expect(sliding.windows(in: 0..<1500) == [0..<1500])
  }

  @Test("are a single window if the span is shorter", arguments: [0, 1, 1499])
  func short(length: Int64) {
    #expect(sliding.windows(in: 7..<7 + length) == [7..<1507])
  }

  @Test("of another length than the training samples come with the length of those")
  func advice() {
    let windows = SlidingWindows(windowMicroseconds: 1_500_000, stepMicroseconds: 250_000)
    for seconds in [0, 0.75, 1.5, 3] { #expect(windows.advice(trainedOn: seconds) == nil) }
    #expect(
      windows.advice(trainedOn: 5.678)
        == "windows of 1.5 s; the training samples lasted 5.7 s (median): -window 5.7 may suit better"
    )
    #expect(windows.advice(trainedOn: 0.02)?.hasSuffix(": -window 0.02 may suit better") == true)
  }

  @Test("may leave gaps")
  func gaps() {
    let sliding = SlidingWindows(windowMicroseconds: 10, stepMicroseconds: 100)
    #expect(sliding.windows(in: 0..<211) == [0..<10, 100..<110, 200..<210])
  }

  @Test("are rejected if a wrong timestamp would give millions, without a trap on overflow")
  func tooMany() {
    #expect(sliding.windows(in: 0..<Int64.max) == nil)
    let shortest = SlidingWindows(windowMicroseconds: 1, stepMicroseconds: 1)
    #expect(shortest.windows(in: 0..<1_000_000)?.count == SlidingWindows.maximumCount)
    #expect(shortest.windows(in: 0..<1_000_001) == nil)
    let longest = SlidingWindows(windowMicroseconds: .max, stepMicroseconds: .max)
    #expect(longest.windows(in: 5..<Int64.max) == [5..<Int64.max])
  }
}

@Suite("The label of a window")
struct WindowLabelsTests {
  private let labels = WindowLabels([
    RecordingLabel(8, 100..<200),
    RecordingLabel(7, 190..<300),
  ])

  @Test(
    "is the label that covers more than half of it",
    arguments: [
      (100..<200, 8), (50..<151, 8), (50..<150, nil), (0..<100, nil),
      (185..<205, 8), (186..<206, 7), (300..<310, nil), (120..<121, 8),
    ] as [(Range<Int64>, Int?)])
  func majority(window: Range<Int64>, label: Int?) {
    #expect(labels.label(of: window) == label)
  }

  @Test("is nil without labels")
  func none() {
    #expect(WindowLabels([]).label(of: 0..<10) == nil)
  }
}

@Suite("The two classes with the highest rates")
struct ClassRankingTests {
  @Test(
    "are the lowest if rates are equal",
    arguments: [
      ([0, 0, 0], 0, 1), ([0, 1, 1], 1, 2), ([1, 1, 2], 2, 0), ([3, 2, 1], 0, 1),
      ([1, 2, 3], 2, 1),
      ([0, 1, 0.5, 1], 1, 3), ([0.5, 0.25, 0.5], 0, 2),
    ] as [([Float], Int, Int)])
  func order(rates: [Float], best: Int, second: Int) {
    let ranking = ClassRanking(rates: rates)
    #expect(ranking.best == best)
    #expect(ranking.second == second)
    #expect(ranking.bestRate == rates[best])
    #expect(ranking.secondRate == rates[second])
  }
}
