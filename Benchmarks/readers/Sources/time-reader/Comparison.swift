import Decompression
import Glibc
import SystemPackage

/// What reading is compared with, on the bytes of the same file in memory: copies, and decompression alone.
struct Comparison {
  /// Size of an event in the arrays that `dvskit.read_events` returns.
  static let eventByteCount = 16

  private let bytes: [UInt8]
  private var copy: [UInt8]
  private let library: String
  private let parts: [Range<Int>]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The recording.
  ///   - maximumByteCount: The largest number of bytes that will be copied.
  ///   - library: What decompresses it: `lz4`, `zstd` or `zlib`.
  ///   - parts: A file with a line for each compressed part: its offset and size in bytes.
  init(_ path: FilePath, maximumByteCount: Int, library: String, parts: FilePath) throws {
    bytes = try Self.contents(of: path)
    copy = Array(repeating: 1, count: max(bytes.count, maximumByteCount))
    self.library = library
    let lines = String(decoding: try Self.contents(of: parts), as: UTF8.self).split(separator: "\n")
    self.parts = lines.map { line in
      let numbers = line.split(separator: " ").compactMap { Int($0) }
      return numbers[0]..<numbers[0] + numbers[1]
    }
  }

  private static func contents(of path: FilePath) throws -> [UInt8] {
    let descriptor = try FileDescriptor.open(path, .readOnly)
    defer { try? descriptor.close() }
    var bytes = [UInt8](repeating: 0, count: Int(try descriptor.seek(offset: 0, from: .end)))
    try bytes.withUnsafeMutableBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[offset...])
        let count = try descriptor.read(fromAbsoluteOffset: Int64(offset), into: rest)
        if count == 0 { fail("\(path) has shrunk") }
        offset += count
      }
    }
    return bytes
  }

  /// Size of the file in bytes.
  var byteCount: Int { bytes.count }

  /// Copies a number of the file's bytes, repeatedly from its start if it has fewer.
  mutating func copy(_ byteCount: Int) {
    bytes.withUnsafeBytes { source in
      copy.withUnsafeMutableBytes { target in
        var offset = 0
        while offset < byteCount {
          let count = min(source.count, byteCount - offset)
          memcpy(target.baseAddress! + offset, source.baseAddress!, count)
          offset += count
        }
      }
    }
  }

  /// Decompresses all parts; returns the size of their content in bytes.
  func decompressedByteCount() -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      parts.reduce(0) { sum, part in
        let count = decompress(library, bytes.baseAddress! + part.lowerBound, part.count)
        if count < 0 { fail("\(library) cannot decompress bytes \(part)") }
        return sum + count
      }
    }
  }
}
