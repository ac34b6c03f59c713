internal import FileAccess
internal import Glibc
package import SystemPackage

/// An event file that is being written, in a form that TensorBoard reads while it grows.
///
/// Each record goes to the file by one call of the system, so that a process that is killed leaves
/// whole records, and at worst a last one that is cut, which readers leave out. A write that fails,
/// as on a full disk, is taken back.
package struct TensorBoardWriter: ~Copyable, Sendable {
  /// The file.
  package let path: FilePath

  private let file: FileDescriptor
  private var byteCount: Int64
  private let wallTimeSeconds: @Sendable () -> Double
  private let write: Write

  /// Writes bytes to a file, and says how many it took; tests let it fail.
  typealias Write = @Sendable (FileDescriptor, [UInt8]) throws -> Int

  /// Creates a file in a folder; existing files stay, and TensorBoard reads them first.
  ///
  /// - Parameters:
  ///   - directory: The folder; it must exist.
  ///   - step: The step from which an interrupted run resumes: TensorBoard drops what earlier files
  ///     say of this step and later ones. `nil` for a run that begins.
  /// - Throws: ``TensorBoardError`` when the folder cannot be written to, or the disk is full.
  package init(
    in directory: FilePath, continuingAt step: Int? = nil
  ) throws(TensorBoardError) {
    try self.init(
      in: directory, continuingAt: step, wallTimeSeconds: currentWallTimeSeconds
    ) { file, bytes in
      // Safe: the bytes live until the call returns.
      try unsafe bytes.withUnsafeBytes { unsafe try file.write($0) }
    }
  }

  /// As above; tests choose the time, and let writes fail.
  init(
    in directory: FilePath, continuingAt step: Int?,
    wallTimeSeconds: @escaping @Sendable () -> Double, write: @escaping Write
  ) throws(TensorBoardError) {
    let begin = wallTimeSeconds()
    let existing = try eventFiles(in: directory).compactMap { $0.lastComponent?.string }
    let path = directory.appending(EventFileName.next(wallTimeSeconds: begin, after: existing))
    var first = RecordFraming.framed(
      TensorBoardEvent(
        wallTimeSeconds: begin, step: 0, .fileVersion(TensorBoardEvent.currentVersion)
      ).encoded())
    if let step {
      first += RecordFraming.framed(
        TensorBoardEvent(wallTimeSeconds: begin, step: Int64(step), .restart).encoded())
    }
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
      throw TensorBoardError(FileError(path, "cannot be made", error as? Errno ?? .ioError))
    }
  }

  deinit { try? file.close() }

  /// Adds numbers of a step.
  ///
  /// - Parameters:
  ///   - scalars: The numbers, each under its own tag.
  ///   - step: The step, 0 or more.
  /// - Throws: ``TensorBoardError`` when the disk is full or fails; the file is then as it was
  ///   before, and can be written to again.
  package mutating func append(
    _ scalars: [TensorBoardScalar], step: Int
  ) throws(TensorBoardError) {
    precondition(step >= 0, "the step \(step) is negative")
    // One record a number, as other writers do.
    let now = wallTimeSeconds()
    let records = scalars.flatMap { scalar in
      RecordFraming.framed(
        TensorBoardEvent(wallTimeSeconds: now, step: Int64(step), .scalars([scalar])).encoded())
    }
    try Self.append(records, to: file, path, byteCount: byteCount, write)
    byteCount += Int64(records.count)
  }

  /// Makes sure that all numbers are on the disk, for the case that the machine stops.
  ///
  /// - Throws: ``TensorBoardError`` when the disk fails.
  package borrowing func synchronize() throws(TensorBoardError) {
    guard fsync(file.rawValue) == 0 else {
      throw TensorBoardError(FileError(path, "cannot be written", Errno(rawValue: Glibc.errno)))
    }
  }

  /// Adds bytes to a file of `byteCount` bytes, all or none.
  private static func append(
    _ bytes: [UInt8], to file: FileDescriptor, _ path: FilePath, byteCount: Int64, _ write: Write
  ) throws(TensorBoardError) {
    do {
      var written = 0
      while written < bytes.count {
        written += try write(file, written == 0 ? bytes : Array(bytes[written...]))
      }
    } catch {
      // A partial record would hide everything that is written after it.
      try? file.resize(to: byteCount)
      throw TensorBoardError(
        FileError(path, "cannot be written", error as? Errno ?? .ioError))
    }
  }
}
