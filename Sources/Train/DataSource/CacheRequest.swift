package import ClassFolders
package import EventData
package import FrameCache
internal import Terminal

/// The frames that the user asks for; an option that was not given is `nil`.
package struct CacheRequest: Equatable, Sendable {
  /// Whether frames have equal numbers of events or equal durations.
  package enum Rule: String, CaseIterable, Sendable {
    /// Equal numbers of events.
    case number
    /// Equal durations.
    case time
  }

  /// T, the number of frames of each sample.
  package var frameCount: Int?
  /// How a sample's events become T frames.
  package var rule: Rule?
  /// The duration of each frame in microseconds; T then depends on the recordings.
  package var durationMicroseconds: Int64?

  /// T if the user asks for none.
  package static let defaultFrameCount = 16

  /// Creates a request.
  package init(frameCount: Int? = nil, rule: Rule? = nil, durationMicroseconds: Int64? = nil) {
    self.frameCount = frameCount
    self.rule = rule
    self.durationMicroseconds = durationMicroseconds
  }

  /// Creates a request for exactly these frames.
  package init(_ split: FrameSplit) {
    switch split {
    case .number(let frameCount): self.init(frameCount: frameCount, rule: .number)
    case .time(let frameCount): self.init(frameCount: frameCount, rule: .time)
    case .duration(let microseconds): self.init(durationMicroseconds: microseconds)
    }
  }

  /// The split rule that a folder's cache must have; by default 16 frames by number.
  package var split: FrameSplit {
    if let durationMicroseconds { return .duration(microseconds: durationMicroseconds) }
    let frameCount = frameCount ?? Self.defaultFrameCount
    switch rule ?? .number {
    case .number: return .number(frameCount: frameCount)
    case .time: return .time(frameCount: frameCount)
    }
  }

  /// Describes how a cache differs from the request, as in `T 8 instead of 16`; empty if it does
  /// not.
  package func differences(from cache: FrameCache) -> [String] {
    let found = cache.settings.split
    var result: [String] = []
    if let durationMicroseconds {
      if found != .duration(microseconds: durationMicroseconds) {
        result.append("\(found.words) instead of \(split.words)")
      }
      return result
    }
    if let frameCount, frameCount != cache.frameCount {
      result.append("T \(cache.frameCount) instead of \(frameCount)")
    }
    if let rule, rule.rawValue != found.name {
      result.append("frames by \(found.name) instead of \(rule.rawValue)")
    }
    return result
  }

  /// The options of `dvstrain` that ask for exactly these frames.
  package var options: String {
    switch split {
    case .number(let frameCount): "-T \(frameCount)"
    case .time(let frameCount): "-T \(frameCount) -split_by time"
    case .duration(let microseconds): "-duration \(microseconds)"
    }
  }

  /// The command that creates a cache with these frames.
  ///
  /// - Parameters:
  ///   - input: The path of the data set.
  ///   - kind: The kind of data set.
  package func conversionCommand(for input: String, kind: DataSetKind = .gesture) -> String {
    var command = "dvsprep convert \(shellWord(input))"
    if kind != .gesture { command += " --dataset \(kind.rawValue)" }
    if let durationMicroseconds { return "\(command) --duration \(durationMicroseconds)" }
    let frameCount = frameCount ?? Self.defaultFrameCount
    // Other data sets usually need another T, so the command always states it.
    if frameCount != Self.defaultFrameCount || kind != .gesture { command += " -T \(frameCount)" }
    if rule == .time { command += " --split-by time" }
    return command
  }
}

extension FrameSplit {
  /// The split rule in words, as in `T 16 by number` or `frames of 200000 µs`.
  package var words: String {
    switch self {
    case .number(let frameCount), .time(let frameCount): "T \(frameCount) by \(name)"
    case .duration(let microseconds): "frames of \(microseconds) µs"
    }
  }
}
