public import SystemPackage

extension RecordingStatistics {
  /// Warnings about the events of a recording, for every command that reads one.
  ///
  /// - Parameters:
  ///   - path: The recording.
  ///   - shape: Its sensor; `nil` to omit the warning about events outside it.
  ///   - invalidEvents: Whether events marked as invalid are counted; `nil` for a command that only
  ///     describes them.
  public func warnings(
    _ path: FilePath, on shape: FrameShape?, invalidEvents: InvalidEventPolicy?
  ) -> [DataSetWarning] {
    var texts = oddities
    if invalidCount > 0 {
      let consequence =
        switch invalidEvents {
        case .keep: "kept (--invalid-events drop leaves them out)"
        case .drop: "left out (--invalid-events keep counts them)"
        case nil: "'dvsprep convert' keeps them (--invalid-events drop leaves them out)"
        }
      texts.append("\(eventsText(invalidCount, "is", "are")) marked invalid: \(consequence)")
    }
    if let shape, outsideCount > 0 {
      texts.append(
        "\(eventsText(outsideCount, "lies", "lie")) outside the \(shape) sensor: left out")
    }
    if backwardCount > 0 {
      texts.append(
        "time goes back \(backwardCount == 1 ? "once" : "\(backwardCount) times"), by at most "
          + "\(largestStepBack) µs: the file's order counts by number, each event's own time by "
          + "time and duration")
    }
    if let jump = clock.firstJump {
      let times = clock.jumpCount == 1 ? "once" : "\(clock.jumpCount) times, first"
      var text =
        "the clock jumps \(times) from \(jump.fromMicroseconds) to \(jump.toMicroseconds) µs, "
        + "after \(jump.eventCount) event\(jump.eventCount == 1 ? "" : "s")"
      if let span = clock.span, clock.outsideCount > 0 {
        text +=
          ": \(clock.outsideCount) of all \(clock.eventCount) events lie outside of "
          + "\(span.lowerBound) to \(span.upperBound) µs and do not extend the time span"
      }
      texts.append(text)
    }
    return texts.map { DataSetWarning(path, .whole, $0) }
  }
}
