internal import EventData

/// A stream of packets in an AEDAT 4.0 file, as described in its header.
struct AEDAT4Stream: Equatable, Sendable {
  /// Four letters for what its packets contain, as in `EVTS`.
  var content = ""
  /// The camera's name, as in `DVXplorer_DXA00093`.
  var source = ""
  /// Columns of the sensor as written; `nil` if missing.
  var width: String?
  /// Rows of the sensor as written; `nil` if missing.
  var height: String?

  /// Whether its packets contain events.
  var holdsEvents: Bool { content == "EVTS" }

  /// As what type its packets are counted; `nil` if there is no type for it.
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
    case "sizeX": width = value
    case "sizeY": height = value
    default: break
    }
  }

  /// The streams that the header's XML describes: nodes with a number for a name, whose own
  /// attributes, and those of nodes in them, describe the stream.
  ///
  /// Text that is no such XML gives no streams.
  static func streams(in information: String) -> [Int32: AEDAT4Stream] {
    var streams: [Int32: AEDAT4Stream] = [:]
    // For each node around the current tag, the outermost number among its name and those of the
    // nodes around it.
    var numbers: [Int32?] = []
    for piece in information.split(separator: "<", omittingEmptySubsequences: true) {
      guard let tagEnd = piece.firstIndex(of: ">") else { continue }
      let tag = piece[..<tagEnd]
      if tag.hasPrefix("/node") {
        _ = numbers.popLast()
      } else if tag.hasPrefix("node ") {
        if tag.hasSuffix("/") { continue }
        numbers.append((numbers.last ?? nil) ?? attribute("name", of: tag).flatMap { Int32($0) })
      } else if tag.hasPrefix("attr "), let key = attribute("key", of: tag),
        let number = numbers.last ?? nil
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
