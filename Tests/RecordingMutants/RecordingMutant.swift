import FileAccess
import Support
import ZipArchives

/// A valid recording with one to four random changes; of an archive, every second time in the
/// content of a member, whose checksum is that of the changed content.
struct RecordingMutant {
  /// The suffix of the valid recording's name.
  let suffix: String
  private(set) var bytes: [UInt8]

  /// Makes the mutant with a number, which is always the same for a seed.
  init(number: Int, seed: UInt64, of recordings: ValidRecordings) throws {
    var generator = SeededGenerator(seed: seed &+ UInt64(number) &* 0xD129_0B2A_5C4F_91E3)
    let file = recordings.files[Int.random(in: 0..<recordings.files.count, using: &generator)]
    suffix = ValidRecordings.suffix(file)
    bytes = try Fixtures.bytes(file)
    let changeCount = Int.random(in: 1...4, using: &generator)
    if suffix == "npz", Bool.random(using: &generator) {
      try changeMembers(changeCount, using: &generator)
    } else {
      for _ in 0..<changeCount { change(using: &generator) }
    }
  }

  /// Changes contents of an archive, and stores or deflates all again.
  private mutating func changeMembers(
    _ changeCount: Int, using generator: inout SeededGenerator
  ) throws {
    var contents: [(name: String, content: [UInt8])] = try bytes.withRawSpan { span in
      try ZipDirectory(span).members.map { member in
        (
          member.name,
          try member.withContent(in: span, maximumByteCount: .max) {
            content throws(FileContentError) in content.copied()
          }
        )
      }
    }
    for _ in 0..<changeCount {
      let index = Int.random(in: 0..<contents.count, using: &generator)
      bytes = contents[index].content
      change(using: &generator)
      contents[index].content = bytes
    }
    var encoder = ZipEncoder(isCompressed: Bool.random(using: &generator))
    for (name, content) in contents { try encoder.add(name, content) }
    bytes = encoder.encoded()
  }

  private mutating func change(using generator: inout SeededGenerator) {
    guard bytes.count > 16 else { return }
    switch Int.random(in: 0..<10, using: &generator) {
    case 0...2:
      let offset = offset(using: &generator)
      bytes[offset] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 3: bytes[offset(using: &generator)] = UInt8.random(in: 0...255, using: &generator)
    case 4...5:
      let byteCount = [1, 2, 4, 8].randomElement(using: &generator) ?? 8
      let offset = min(offset(using: &generator), bytes.count - byteCount)
      let value = boundary(using: &generator)
      for index in 0..<byteCount {
        bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))
      }
    case 6: replaceNumber(using: &generator)
    case 7:
      let source = range(using: &generator)
      let content = bytes[source]
      bytes.insert(contentsOf: content, at: offset(using: &generator))
    case 8: bytes.removeSubrange(range(using: &generator))
    default: bytes.removeLast(Int.random(in: 1..<bytes.count - 8, using: &generator))
    }
  }

  /// Replaces a number in text by another.
  private mutating func replaceNumber(using generator: inout SeededGenerator) {
    let digits: ClosedRange<UInt8> = 0x30...0x39
    let from = offset(using: &generator)
    guard let start = bytes[from...].firstIndex(where: digits.contains) else { return }
    let end = bytes[start...].firstIndex { !digits.contains($0) } ?? bytes.count
    let texts = [
      "", "-1", "0", "0.5", "1e9", "8192", "32768", "65536", "4294967296",
      "9223372036854775807", "99999999999999999999", "\u{85}", "\u{2028}",
    ]
    bytes.replaceSubrange(
      start..<end, with: Array((texts.randomElement(using: &generator) ?? "").utf8))
  }

  /// A value at or just beyond a limit of sizes, counts and times.
  private func boundary(using generator: inout SeededGenerator) -> UInt64 {
    let size = UInt64(bytes.count)
    let values: [UInt64] = [
      0, 1, 2, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000,
      1 << 61, 1 << 62, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, .max, size, size - 1,
      size + 1,
    ]
    return values.randomElement(using: &generator) ?? 0
  }

  /// An offset: every second time in the first 256 bytes, where headers are.
  private func offset(using generator: inout SeededGenerator) -> Int {
    let end = Bool.random(using: &generator) ? min(bytes.count, 256) : bytes.count
    return Int.random(in: 0..<end, using: &generator)
  }

  private func range(using generator: inout SeededGenerator) -> Range<Int> {
    let start = offset(using: &generator)
    return start..<min(bytes.count, start + Int.random(in: 1...64, using: &generator))
  }
}
