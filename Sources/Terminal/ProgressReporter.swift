internal import Threads

/// Tells how far a long piece of work is: a bar with rate and time left on a terminal, else now and
/// then a line.
package final class ProgressReporter: @unchecked Sendable {
  private let lock = Lock()
  private let messages: Messages
  private let clock = ContinuousClock()
  // Guarded by `lock`.
  private var stage = ""
  private var stageBegin: ContinuousClock.Instant
  private var lastReport: ContinuousClock.Instant

  /// Makes a reporter.
  package init(_ messages: Messages) {
    self.messages = messages
    stageBegin = clock.now
    lastReport = stageBegin
  }

  /// Takes a step of the work.
  ///
  /// - Parameters:
  ///   - stage: What is being done.
  ///   - completed: How much of it is done.
  ///   - total: How much there is to do; 0 where that is not known.
  ///   - describe: Puts an amount in words, as in `12.5 MB`.
  package func report(
    stage: String, completed: Int, total: Int, describe: (Double) -> String
  ) {
    lock.withLock {
      let now = clock.now
      if stage != self.stage {
        self.stage = stage
        stageBegin = now
        lastReport = now
      }
      // A terminal is drawn ten times a second; a log gets a line every ten seconds.
      let interval: Duration = messages.drawsProgress ? .milliseconds(100) : .seconds(10)
      guard now - lastReport >= interval, completed < total || total == 0 else { return }
      lastReport = now
      let (seconds, attoseconds) = (now - stageBegin).components
      let elapsed = Double(seconds) + Double(attoseconds) * 1e-18
      let rate = elapsed > 0 ? Double(completed) / elapsed : 0
      var text = "\(stage) "
      if total > 0 {
        let share = Double(completed) / Double(total)
        if messages.drawsProgress { text += bar(share) + " " }
        text += "\(Int(share * 100)) % of \(describe(Double(total))), \(describe(rate))/s"
        if rate > 0 {
          text += ", \(durationText(seconds: Double(total - completed) / rate)) left"
        }
      } else {
        text += "\(describe(Double(completed))), \(describe(rate))/s"
      }
      if messages.drawsProgress { messages.drawProgress(text) } else { messages.note(text) }
    }
  }

  private func bar(_ share: Double) -> String {
    let width = 24
    let filled = min(width, max(0, Int(share * Double(width))))
    return "[" + String(repeating: "#", count: filled)
      + String(repeating: ".", count: width - filled) + "]"
  }
}
