internal import FileAccess
internal import SystemPackage

/// A file without a name, to which chunks are appended; removed with the value.
struct ChunkFile: ~Copyable {
  private let staged: StagedFile
  private let descriptor: FileDescriptor
  private var byteCount: Int64 = 0

  /// Creates the file in the folder of a destination.
  init(beside destination: FilePath) throws(FileError) {
    let staged = try StagedFile(for: destination)
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor.open(
        staged.pathForWriting, .readWrite, options: .closeOnExec)
    } catch {
      throw FileError(destination, "cannot be written", error as? Errno ?? .ioError)
    }
    self.staged = staged
    self.descriptor = descriptor
  }

  deinit { try? descriptor.close() }

  /// Appends a chunk, and returns its range in the file.
  mutating func append(_ chunk: [UInt8]) throws(FileError) -> Range<Int64> {
    let range = byteCount..<byteCount + Int64(chunk.count)
    do {
      try descriptor.writeAll(toAbsoluteOffset: range.lowerBound, chunk)
    } catch {
      throw FileError(
        staged.destination, "cannot be written", error as? Errno ?? .ioError)
    }
    byteCount = range.upperBound
    return range
  }

  /// Reads a chunk.
  func read(_ range: Range<Int64>) throws(FileError) -> [UInt8] {
    let count = Int(range.upperBound - range.lowerBound)
    var failure: Errno?
    let chunk = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filledCount in
      while filledCount < count {
        do {
          // Safe: at most as many bytes are read as the buffer has left.
          let readCount = try unsafe descriptor.read(
            fromAbsoluteOffset: range.lowerBound + Int64(filledCount),
            into: UnsafeMutableRawBufferPointer(
              rebasing: UnsafeMutableRawBufferPointer(buffer)[filledCount...]))
          guard readCount > 0 else { throw Errno.ioError }
          filledCount += readCount
        } catch {
          failure = error as? Errno ?? .ioError
          return
        }
      }
    }
    if let failure { throw FileError(staged.destination, "cannot be read", failure) }
    return chunk
  }
}
