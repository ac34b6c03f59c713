public import FileAccess
public import SystemPackage

/// One recording: its bytes, mapped from its file or taken whole out of an archive, and what they
/// mean.
public struct RecordingContents: ~Copyable, Sendable {
  private enum Storage: ~Copyable, Sendable {
    case mapped(MappedFile)
    case memory([UInt8], path: FilePath)
  }

  private let storage: Storage

  /// How the bytes are events.
  public let format: any RecordingFormat

  private init(_ storage: consuming Storage, _ format: any RecordingFormat) {
    self.storage = storage
    self.format = format
  }

  /// A file, mapped.
  public static func mapped(
    _ file: consuming MappedFile, as format: any RecordingFormat
  ) -> RecordingContents {
    RecordingContents(.mapped(file), format)
  }

  /// A member of an archive, in memory.
  public static func memory(
    _ bytes: [UInt8], path: FilePath, as format: any RecordingFormat
  ) -> RecordingContents {
    RecordingContents(.memory(bytes, path: path), format)
  }

  /// The recording's name, for messages.
  public var path: FilePath {
    switch storage {
    case .mapped(let file): file.path
    case .memory(_, let path): path
    }
  }

  /// The recording's size.
  public var byteCount: Int {
    switch storage {
    case .mapped(let file): file.byteCount
    case .memory(let bytes, _): bytes.count
    }
  }

  /// Size and time of the recording's file when it was opened; `nil` for a member of an archive.
  public var identity: FileIdentity? {
    switch storage {
    case .mapped(let file): file.identity
    case .memory: nil
    }
  }

  /// Gives `body` the recording's bytes.
  ///
  /// - Throws: What `body` throws; or, as one of the same type, that the file has shrunk or its
  ///   disk fails.
  public borrowing func withBytes<Result, Failure: FileErrorConvertible>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch storage {
    case .mapped(let file): try file.withBytes(body)
    // Safe: any byte is a valid UInt8.
    case .memory(let bytes, _): try body(unsafe bytes.span.bytes)
    }
  }

  /// Brings a part into memory, so that reading it does not wait.
  ///
  /// - Throws: ``DataSetError`` where the file has shrunk or its disk fails.
  public borrowing func populate(_ range: Range<Int>) throws(DataSetError) {
    switch storage {
    case .mapped(let file):
      do throws(FileError) { try file.populate(range) } catch { throw DataSetError(error) }
    case .memory: break
    }
  }

  /// Refuses a file that is shorter than when it was opened; to be called once all is read.
  ///
  /// - Throws: ``DataSetError`` that says so.
  public borrowing func requireWhole() throws(DataSetError) {
    switch storage {
    case .mapped(let file):
      do throws(FileError) { try file.requireWhole() } catch { throw DataSetError(error) }
    case .memory: break
    }
  }

  /// Lets go of the memory that a part takes.
  public borrowing func release(_ range: Range<Int>) {
    switch storage {
    case .mapped(let file): file.release(range)
    case .memory: break
    }
  }
}
