internal import EventData

/// A stream of packets in an AEDAT 4.0 file, as described in its header.
struct AEDAT4Stream: Equatable, Sendable {
  /// Four letters for what its packets contain, as in `EVTS`.
  var content = ""
  /// The camera's name, as in `DVXplorer_DXA00093`.
  var source = ""
  /// Columns of the sensor; 0 if missing.
  var width = 0
  /// Rows of the sensor; 0 if missing.
  var height = 0

  /// Whether its packets contain events.
  var holdsEvents: Bool { content == "EVTS" }

  /// The sensor's size; `nil` if missing.
  var sensor: FrameShape? {
    guard FrameShape.sideLengths.contains(width), FrameShape.sideLengths.contains(height) else {
      return nil
    }
    return FrameShape(width: width, height: height)
  }

  /// What type of packet is counted; `nil` if there is no type for it.
  var type: EventType? {
    switch content {
    case "EVTS": .polarity
    case "FRME": .frame
    case "IMUS": .imu6
    case "TRIG": .special
    default: nil
    }
  }

  private mutating func set(_ key: Substring, _ value: String) {
    switch key {
    case "typeIdentifier": content = value
    case "source": source = value
    case "sizeX": width = Int(value) ?? 0
    case "sizeY": height = Int(value) ?? 0
    default: break
    }
  }

  /// The streams that the header's XML describes: nodes with a number for a name, whose own
  /// attributes, and those of nodes in them, describe the stream.
  ///
  /// Text that is no such XML gives no streams.
  static func streams(in information: String) -> [Int32: AEDAT4Stream] {
    var streams: [Int32: AEDAT4Stream] = [:]
    // The names of the nodes around the current tag.
    var nodes: [Substring] = []
    for piece in information.split(separator: "<", omittingEmptySubsequences: true) {
      guard let tagEnd = piece.firstIndex(of: ">") else { continue }
      let tag = piece[..<tagEnd]
      if tag.hasPrefix("/node") {
        _ = nodes.popLast()
      } else if tag.hasPrefix("node ") {
        if !tag.hasSuffix("/") { nodes.append(attribute("name", of: tag) ?? "") }
      } else if tag.hasPrefix("attr "), let key = attribute("key", of: tag),
        let number = nodes.lazy.compactMap({ Int32($0) }).first
      {
        streams[number, default: AEDAT4Stream()].set(
          key, String(piece[piece.index(after: tagEnd)...]))
      }
    }
    return streams
  }

  private static func attribute(_ name: String, of tag: Substring) -> Substring? {
    let mark = " \(name)=\""
    guard let start = tag.firstRange(of: mark)?.upperBound,
      let end = tag[start...].firstIndex(of: "\"")
    else { return nil }
    return tag[start..<end]
  }
}
