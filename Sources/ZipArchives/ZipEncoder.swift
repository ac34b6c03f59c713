package import FileAccess

/// Writes a zip archive, stored or deflated.
///
/// The same content gives the same bytes: the time is always the start of 1980.
package struct ZipEncoder {
  private let isCompressed: Bool
  private var archive: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  /// Starts an archive.
  ///
  /// - Parameter isCompressed: Whether members are deflated, or stored as they are.
  package init(isCompressed: Bool) { self.isCompressed = isCompressed }

  /// Adds a member.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - content: Its content.
  /// - Throws: ``FileContentError`` if the member or the archive would exceed 4 GiB.
  package mutating func add(_ name: String, _ content: [UInt8]) throws(FileContentError) {
    // Compressed without gain, a member is stored.
    let deflated = isCompressed ? Deflate.deflated(content) : nil
    let stored = deflated ?? content
    let nameBytes = Array(name.utf8)
    let total = archive.count + stored.count + directory.count + 2 * nameBytes.count + 128
    guard content.count < 0xFFFF_FFFF else {
      throw FileContentError(
        printable(name), "a member of under 4 GiB expected, \(content.count) bytes found")
    }
    guard total < 0xFFFF_FFFF else {
      throw FileContentError(
        printable(name), "an archive of under 4 GiB expected, \(total) bytes found")
    }
    // Version, flags, method, time, date, CRC-32, sizes, and the length of the name.
    var description: [UInt8] = []
    description.append(20 as UInt16)
    description.append(0 as UInt16)
    description.append((deflated == nil ? 0 : 8) as UInt16)
    description.append(0 as UInt16)
    description.append(0x21 as UInt16)
    // Safe: any byte is a valid UInt8.
    description.append(unsafe Deflate.checksum(content.span.bytes))
    description.append(UInt32(stored.count))
    description.append(UInt32(content.count))
    description.append(UInt16(nameBytes.count))
    directory.append(0x0201_4B50 as UInt32)
    directory.append(20 as UInt16)
    directory += description
    // No extra field, comment or attributes, and the first disk; where the member begins.
    directory += Array(repeating: 0, count: 12)
    directory.append(UInt32(archive.count))
    directory += nameBytes
    archive.append(0x0403_4B50 as UInt32)
    archive += description + [0, 0] + nameBytes
    archive += stored
    count += 1
  }

  /// The whole archive.
  package consuming func encoded() -> [UInt8] {
    let offset = archive.count
    archive += directory
    if count >= 0xFFFF { appendEnd64(directoryOffset: offset) }
    archive.append(0x0605_4B50 as UInt32)
    archive.append(0 as UInt32)
    // The largest number stands for one in the end of 64 bits.
    archive.append(UInt16(clamping: count))
    archive.append(UInt16(clamping: count))
    archive.append(UInt32(directory.count))
    archive.append(UInt32(offset))
    archive.append(0 as UInt16)
    return archive
  }

  /// Appends the end with 64 bits for each number, and its locator.
  private mutating func appendEnd64(directoryOffset: Int) {
    let offset = archive.count
    archive.append(0x0606_4B50 as UInt32)
    // Bytes that follow; written and read by version 4.5; the first disk.
    archive.append(44 as UInt64)
    archive.append(45 as UInt16)
    archive.append(45 as UInt16)
    archive.append(0 as UInt64)
    archive.append(UInt64(count))
    archive.append(UInt64(count))
    archive.append(UInt64(directory.count))
    archive.append(UInt64(directoryOffset))
    archive.append(0x0706_4B50 as UInt32)
    archive.append(0 as UInt32)
    archive.append(UInt64(offset))
    archive.append(1 as UInt32)
  }
}

extension [UInt8] {
  /// Appends a little-endian number.
  fileprivate mutating func append(_ number: some FixedWidthInteger) {
    for byte in 0..<number.bitWidth / 8 { append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
  }
}
