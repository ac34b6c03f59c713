package import ClassFolders
package import EventData
package import FrameCache

/// Which frames are wanted: all that was said of them, each `nil` where nothing was.
package struct CacheRequest: Equatable, Sendable {
  /// Whether frames have equally many events or equally much time.
  package enum Rule: String, CaseIterable, Sendable {
    /// Equally many events.
    case number
    /// Equally much time.
    case time
  }

  /// T.
  package var frameCount: Int?
  /// How events are assigned to T frames.
  package var rule: Rule?
  /// The duration of each frame in microseconds; then T is what the cache has.
  package var durationMicroseconds: Int64?

  /// T where nothing else is asked for.
  package static let defaultFrameCount = 16

  /// Asks for frames.
  package init(frameCount: Int? = nil, rule: Rule? = nil, durationMicroseconds: Int64? = nil) {
    self.frameCount = frameCount
    self.rule = rule
    self.durationMicroseconds = durationMicroseconds
  }

  /// Asks for frames of one rule.
  package init(_ split: FrameSplit) {
    switch split {
    case .number(let frameCount): self.init(frameCount: frameCount, rule: .number)
    case .time(let frameCount): self.init(frameCount: frameCount, rule: .time)
    case .duration(let microseconds): self.init(durationMicroseconds: microseconds)
    }
  }

  /// The rule that a folder's cache must have: where nothing is said, 16 frames by number.
  package var split: FrameSplit {
    if let durationMicroseconds { return .duration(microseconds: durationMicroseconds) }
    let frameCount = frameCount ?? Self.defaultFrameCount
    switch rule ?? .number {
    case .number: return .number(frameCount: frameCount)
    case .time: return .time(frameCount: frameCount)
    }
  }

  /// What of a cache is not as it was asked for, as in `T 8 instead of 16`; empty where all is.
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

  /// The command that makes such a cache.
  ///
  /// - Parameters:
  ///   - input: The path for the data set in the command.
  ///   - kind: What it is.
  package func conversionCommand(for input: String, kind: DataSetKind = .gesture) -> String {
    var command = "dvsprep convert \(shellWord(input))"
    if kind != .gesture { command += " --dataset \(kind.rawValue)" }
    if let durationMicroseconds { return "\(command) --duration \(durationMicroseconds)" }
    let frameCount = frameCount ?? Self.defaultFrameCount
    // Other data sets are mostly cut into other numbers of frames: the number is always told.
    if frameCount != Self.defaultFrameCount || kind != .gesture { command += " -T \(frameCount)" }
    if rule == .time { command += " --split-by time" }
    return command
  }
}

extension FrameSplit {
  /// The rule in words, as in `T 16 by number` or `frames of 200000 µs`.
  package var words: String {
    switch self {
    case .number(let frameCount), .time(let frameCount): "T \(frameCount) by \(name)"
    case .duration(let microseconds): "frames of \(microseconds) µs"
    }
  }
}

/// A text as one word of a shell's command.
private func shellWord(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "="),
      UInt8(ascii: ","), UInt8(ascii: ":"):
      true
    default: byte >= 0x80
    }
  }
  guard !isPlain || text.isEmpty else { return text }
  return "'"
    + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
    + "'"
}
