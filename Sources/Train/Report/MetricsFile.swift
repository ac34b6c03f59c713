internal import FileAccess
internal import FoundationEssentials
internal import Glibc
internal import SystemPackage

/// `metrics.jsonl`: one JSON object per line, each written immediately.
struct MetricsFile: ~Copyable {
  private let path: FilePath
  private let descriptor: FileDescriptor

  /// Opens the file to append lines, and first removes those that a resumed run will write again.
  ///
  /// - Parameters:
  ///   - path: The file; created if it is missing.
  ///   - epoch: Lines of this epoch and later ones are removed.
  ///   - stepCount: Lines of steps after this one are removed.
  init(
    appendingTo path: FilePath, epoch: Int, stepCount: Int
  ) throws(FileError) {
    self.path = path
    if path.exists { try Self.trim(path, epoch: epoch, stepCount: stepCount) }
    do {
      descriptor = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .append, .closeOnExec],
        permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
    } catch {
      throw FileError(path, "cannot be written to", error as? Errno ?? .ioError)
    }
  }

  deinit { try? descriptor.close() }

  /// Appends a line.
  func append(_ value: some Encodable) throws(FileError) {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      try descriptor.writeAll([UInt8](encoder.encode(value)) + [UInt8(ascii: "\n")])
    } catch {
      throw FileError(path, "cannot be written to", error as? Errno ?? .ioError)
    }
  }

  /// Flushes all lines to disk.
  func synchronize() throws(FileError) {
    do { try FileAccess.synchronize(descriptor) } catch {
      throw FileError(path, "cannot be written", error)
    }
  }

  /// The values that decide whether a line is kept.
  private struct Line: Decodable {
    let type: String
    let epoch: Int
    let step: Int
  }

  private static func trim(_ path: FilePath, epoch: Int, stepCount: Int) throws(FileError) {
    let bytes = try readSmallFile(path, maximumByteCount: 1 << 30)
    var kept: [UInt8] = []
    // A last line without a line break was cut off by a crash.
    let end = bytes.lastIndex(of: UInt8(ascii: "\n")) ?? 0
    let lines = bytes[..<end].split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() where !line.isEmpty {
      guard let value = try? JSONDecoder().decode(Line.self, from: Data(line)) else {
        throw FileError(
          path, "line \(number + 1) is corrupt: the line of an epoch or a step expected")
      }
      let isPast = value.type == "step" ? value.step <= stepCount : value.epoch < epoch
      if isPast { kept += line + [UInt8(ascii: "\n")] }
    }
    if kept.count == bytes.count { return }
    let staged = try StagedFile(for: path)
    do {
      let file = try FileDescriptor.open(
        staged.pathForWriting, .writeOnly, options: [.truncate, .closeOnExec])
      try file.closeAfter { _ = try file.writeAll(kept) }
    } catch {
      throw FileError(path, "cannot be written", error as? Errno ?? .ioError)
    }
    try staged.publish(replacing: true)
  }
}
