internal import Threads

/// Shows the progress of long work: on a terminal a bar with rate and time left, otherwise a line
/// every ten seconds.
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

  /// Reports progress; most calls write nothing.
  ///
  /// - Parameters:
  ///   - stage: What is being done; a new one restarts rate and time.
  ///   - completed: The amount that is done.
  ///   - total: The amount to do; 0 where it is unknown.
  ///   - describe: Formats an amount with its unit, as in `12.5 MB`.
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
      // A terminal is redrawn ten times a second; a log gets a line every ten seconds.
      let interval: Duration = messages.drawsProgress ? .milliseconds(100) : .seconds(10)
      guard now - lastReport >= interval, completed < total || total == 0 else { return }
      lastReport = now
      let (seconds, attoseconds) = (now - stageBegin).components
      let elapsed = Double(seconds) + Double(attoseconds) * 1e-18
      let rate = elapsed > 0 ? Double(completed) / elapsed : 0
      var text = "\(stage) "
      if total > 0 {
        let fraction = Double(completed) / Double(total)
        if messages.drawsProgress { text += bar(fraction) + " " }
        text += "\(Int(fraction * 100)) % of \(describe(Double(total))), \(describe(rate))/s"
        if rate > 0 {
          text += ", \(durationText(seconds: Double(total - completed) / rate)) left"
        }
      } else {
        text += "\(describe(Double(completed))), \(describe(rate))/s"
      }
      if messages.drawsProgress { messages.drawProgress(text) } else { messages.note(text) }
    }
  }

  private func bar(_ fraction: Double) -> String {
    let width = 24
    let filled = min(width, max(0, Int(fraction * Double(width))))
    return "[" + String(repeating: "#", count: filled)
      + String(repeating: ".", count: width - filled) + "]"
  }
}
