internal import FileAccess
internal import Glibc
package import SystemPackage

/// A writer of an event file, which TensorBoard can read while it grows.
///
/// The records of a step are written by one system call, so a process that is killed leaves whole
/// records and at worst an incomplete last one, which readers ignore. A failed write, as on a full
/// disk, is undone.
package struct TensorBoardWriter: ~Copyable, Sendable {
  /// The file.
  package let path: FilePath

  private let file: FileDescriptor
  private var byteCount: Int64
  private let wallTimeSeconds: @Sendable () -> Double
  private let write: Write

  /// Writes bytes to a file, and returns the number written; tests make it fail.
  typealias Write = @Sendable (FileDescriptor, [UInt8]) throws -> Int

  /// Creates a file in a folder; existing files stay, and TensorBoard reads them first.
  ///
  /// - Parameters:
  ///   - directory: The folder; it must exist.
  ///   - step: The step from which a run resumes, 0 for a new run: TensorBoard drops the records of
  ///     this step and later steps in earlier files.
  /// - Throws: ``TensorBoardError`` when the folder cannot be written to, or the disk is full.
  package init(
    in directory: FilePath, continuingAt step: Int = 0
  ) throws(TensorBoardError) {
    try self.init(
      in: directory, continuingAt: step, wallTimeSeconds: currentWallTimeSeconds
    ) { file, bytes in
      // Safe: the bytes live until the call returns.
      try unsafe bytes.withUnsafeBytes { unsafe try file.write($0) }
    }
  }

  /// As above, with a time and a `write` for tests.
  init(
    in directory: FilePath, continuingAt step: Int,
    wallTimeSeconds: @escaping @Sendable () -> Double, write: @escaping Write
  ) throws(TensorBoardError) {
    let start = wallTimeSeconds()
    let existing = try eventFiles(in: directory).compactMap { $0.lastComponent?.string }
    let path = directory.appending(EventFileName.next(wallTimeSeconds: start, after: existing))
    // A new run's file has a start, too: TensorBoard's Python reader takes a folder's first one for
    // the start of all, and drops earlier records only from the second on.
    let first = [
      TensorBoardEvent(
        wallTimeSeconds: start, step: 0, .fileVersion(TensorBoardEvent.currentVersion)),
      TensorBoardEvent(wallTimeSeconds: start, step: Int64(step), .restart),
    ].flatMap { RecordFraming.framed($0.encoded()) }
    let file = try Self.make(path)
    do throws(TensorBoardError) {
      try Self.append(first, to: file, path, byteCount: 0, write)
    } catch {
      try? file.close()
      try? removeTree(path)
      throw error
    }
    self.path = path
    self.file = file
    byteCount = Int64(first.count)
    self.wallTimeSeconds = wallTimeSeconds
    self.write = write
  }

  private static func make(_ path: FilePath) throws(TensorBoardError) -> FileDescriptor {
    do {
      return try FileDescriptor.open(
        path, .writeOnly, options: [.create, .exclusiveCreate, .append, .closeOnExec],
        permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
    } catch {
      throw TensorBoardError(FileError(path, "cannot be created", error as? Errno ?? .ioError))
    }
  }

  deinit { try? file.close() }

  /// Appends values of a step.
  ///
  /// - Parameters:
  ///   - scalars: The values, each with its own tag.
  ///   - step: The step, 0 or more.
  /// - Throws: ``TensorBoardError`` when the disk is full or fails; the file is then as
  ///   before, and can be written to again.
  package mutating func append(
    _ scalars: [TensorBoardScalar], step: Int
  ) throws(TensorBoardError) {
    precondition(step >= 0, "the step \(step) is negative")
    // One record for each value, as other writers do.
    let now = wallTimeSeconds()
    let records = scalars.flatMap { scalar in
      RecordFraming.framed(
        TensorBoardEvent(wallTimeSeconds: now, step: Int64(step), .scalars([scalar])).encoded())
    }
    try Self.append(records, to: file, path, byteCount: byteCount, write)
    byteCount += Int64(records.count)
  }

  /// Waits until all values are on the disk, so that a crash of the machine cannot lose them.
  ///
  /// - Throws: ``TensorBoardError`` when the disk fails.
  package borrowing func synchronize() throws(TensorBoardError) {
    do { try FileAccess.synchronize(file) } catch {
      throw TensorBoardError(FileError(path, "cannot be written", error))
    }
  }

  /// Appends bytes to a file of `byteCount` bytes: all or none.
  private static func append(
    _ bytes: [UInt8], to file: FileDescriptor, _ path: FilePath, byteCount: Int64, _ write: Write
  ) throws(TensorBoardError) {
    do {
      var written = 0
      while written < bytes.count {
        written += try write(file, written == 0 ? bytes : Array(bytes[written...]))
      }
    } catch {
      // A partial record would hide everything after it from readers.
      try? file.resize(to: byteCount)
      throw TensorBoardError(
        FileError(path, "cannot be written", error as? Errno ?? .ioError))
    }
  }
}
