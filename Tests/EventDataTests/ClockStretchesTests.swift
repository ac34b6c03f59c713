import Support
import Testing

@testable import EventData

@Suite("Stretches of a clock that jumps")
struct ClockStretchesTests {
  /// Stretches of times, in runs that end where the clock jumps, as a window's tally adds them.
  private func stretches(_ times: [Int64]) -> ClockStretches {
    var stretches = ClockStretches()
    var run = ClockStretches.Run()
    for time in times where !run.add(time) {
      stretches.add(run)
      run = ClockStretches.Run()
      _ = run.add(time)
    }
    stretches.add(run)
    return stretches
  }

  @Test("without events there is no span")
  func empty() {
    #expect(stretches([]).span == nil)
    #expect(stretches([]).jumpCount == 0)
    #expect(stretches([7]).span == 7...7)
  }

  @Test("small steps back and pauses are no jumps; the span goes from the earliest to the latest")
  func steps() {
    let found = stretches([5_000_000, 4_000_000, 64_000_000, 63_999_999])
    #expect(found.jumpCount == 0)
    #expect(found.span == 4_000_000...64_000_000)
  }

  @Test("three events of the session before do not extend the span, but are events")
  func leftovers() {
    let recording = (0..<600).map { Int64($0) * 10_000 }
    let found = stretches([3_900_000_000, 3_900_000_001, 3_900_000_007] + recording)
    #expect(found.span == 0...5_990_000)
    #expect(found.eventCount == 603)
    #expect(found.outsideCount == 3)
    #expect(found.jumpCount == 1)
    #expect(
      found.firstJump
        == ClockStretches.Jump(
          eventCount: 3, fromMicroseconds: 3_900_000_007, toMicroseconds: 0))
  }

  @Test("both sides of a reset count where each has many events")
  func reset() {
    let found = stretches((500..<600).map { $0 * 10_000 } + (0..<200).map { $0 * 10_000 })
    #expect(found.span == 0...5_990_000)
    #expect(found.outsideCount == 0)
    #expect(found.jumpCount == 1)
  }

  @Test("a clock that jumps at every event gives the span of all but a few")
  func always() {
    let found = stretches((0..<1000).map { $0 % 2 == 0 ? 0 : 100_000_000 })
    #expect(found.jumpCount == 999)
    #expect(found.span == 0...100_000_000)
  }
}
