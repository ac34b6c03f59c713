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
      let line = ProgressLine(
        stage: stage, fraction: total > 0 ? Double(completed) / Double(total) : nil,
        amount: describe(Double(total > 0 ? total : completed)),
        rate: Self.rateText(rate, describe),
        timeLeft: total > 0 && rate > 0
          ? "\(durationText(seconds: Double(total - completed) / rate)) left" : nil)
      if messages.drawsProgress { messages.drawProgress(line) } else { messages.note(line.text) }
    }
  }

  /// A rate per second, or where that would be a small number, per minute or hour.
  static func rateText(_ rate: Double, _ describe: (Double) -> String) -> String {
    if rate >= 1 || rate == 0 { return "\(describe(rate))/s" }
    return rate >= 1.0 / 60 ? "\(describe(rate * 60))/min" : "\(describe(rate * 3600))/h"
  }
}
