import FileAccess
import NumPyFiles
import Support
import ZipArchives

/// Reads the arrays of a file in memory, as the package's readers do.
enum NumPyFile {
  /// The counts `[4, 2, 3, 4]` of all fixtures, in C order.
  static let counts: [UInt16] = (0..<96).map { $0 == 35 ? 300 : UInt16($0 % 7) }

  /// Calls `body` with the header and the elements of a `.npy` file.
  static func array<Result>(
    _ bytes: [UInt8], _ body: (ArrayHeader, RawSpan) throws(FileContentError) -> Result
  ) throws(FileContentError) -> Result {
    // Safe: any byte is a valid UInt8, and the array lives until the end of the call.
    let span = unsafe bytes.span.bytes
    let header = try ArrayHeader(span, fileByteCount: span.byteCount)
    return try body(header, span.extracting(droppingFirst: header.dataOffset))
  }

  /// The counts and the shape of a `.npy` file.
  static func counts(_ bytes: [UInt8]) throws(FileContentError) -> ([UInt16], [Int]) {
    try array(bytes) { header, data throws(FileContentError) in
      var counts: [UInt16] = []
      try header.readCounts(data, into: &counts)
      return (counts, header.shape)
    }
  }

  /// The content of each member of a `.npz` file, by name.
  static func members(_ bytes: [UInt8]) throws(FileContentError) -> [String: [UInt8]] {
    // Safe: as above.
    let span = unsafe bytes.span.bytes
    var result: [String: [UInt8]] = [:]
    for member in try ZipDirectory(span).members {
      result[member.name] = try member.withContent(in: span, maximumByteCount: 1 << 20) {
        content throws(FileContentError) in
        unsafe content.withUnsafeBytes { unsafe Array($0) }
      }
    }
    return result
  }
}
