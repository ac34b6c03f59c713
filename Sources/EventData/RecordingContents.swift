public import FileAccess
public import SystemPackage

/// The bytes of a recording, mapped from its file or unpacked from an archive, and their format.
public struct RecordingContents: ~Copyable, Sendable {
  private enum Storage: ~Copyable, Sendable {
    case mapped(MappedFile)
    case memory([UInt8], path: FilePath)
    case loadable(any LoadableBytes, path: FilePath)
  }

  private let storage: Storage

  /// The format of the bytes.
  public let format: any RecordingFormat

  /// For a mapped file whose pages are not released.
  private let kept: PopulatedPart?

  private init(
    _ storage: consuming Storage, _ format: any RecordingFormat, kept: PopulatedPart? = nil
  ) {
    self.storage = storage
    self.kept = kept
    self.format = format
    if let expected = format.fileByteCount {
      precondition(
        byteCount == expected, "the format of \(expected) bytes, \(byteCount) bytes found")
    }
  }

  /// A mapped file.
  ///
  /// - Precondition: The file has the format's ``RecordingFormat/fileByteCount``, unless that is
  ///   `nil`.
  public static func mapped(
    _ file: consuming MappedFile, as format: any RecordingFormat
  ) -> RecordingContents {
    RecordingContents(.mapped(file), format)
  }

  /// A mapped file that is read several times, and so stays in memory in between.
  package static func mappedAndKept(
    _ file: consuming MappedFile, as format: any RecordingFormat
  ) -> RecordingContents {
    RecordingContents(.mapped(file), format, kept: PopulatedPart())
  }

  /// A member of an archive, in memory.
  ///
  /// - Precondition: It has the format's ``RecordingFormat/fileByteCount``, unless that is `nil`.
  public static func memory(
    _ bytes: [UInt8], path: FilePath, as format: any RecordingFormat
  ) -> RecordingContents {
    RecordingContents(.memory(bytes, path: path), format)
  }

  /// A member of an archive that is unpacked as it is read.
  package static func loadable(
    _ bytes: any LoadableBytes, path: FilePath, as format: any RecordingFormat
  ) -> RecordingContents {
    RecordingContents(.loadable(bytes, path: path), format)
  }

  /// The recording's name, for messages.
  public var path: FilePath {
    switch storage {
    case .mapped(let file): file.path
    case .memory(_, let path): path
    case .loadable(_, let path): path
    }
  }

  /// The recording's size in bytes.
  public var byteCount: Int {
    switch storage {
    case .mapped(let file): file.byteCount
    case .memory(let bytes, _): bytes.count
    case .loadable(let bytes, _): bytes.byteCount
    }
  }

  /// Size and modification time of the recording's file when it was opened; `nil` for a member of
  /// an archive.
  public var identity: FileIdentity? {
    switch storage {
    case .mapped(let file): file.identity
    case .memory: nil
    case .loadable: nil
    }
  }

  /// Calls `body` with the recording's bytes.
  ///
  /// - Throws: What `body` throws; or an error of the same type when the file has shrunk or its
  ///   disk fails.
  public borrowing func withBytes<Result, Failure: FileErrorConvertible>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch storage {
    case .mapped(let file): try file.withBytes(body)
    // Safe: any byte is a valid UInt8.
    case .memory(let bytes, _): try body(unsafe bytes.span.bytes)
    case .loadable(let bytes, _): try bytes.withBytes(body)
    }
  }

  /// Loads a range of bytes into memory, so that reading them does not block.
  ///
  /// - Throws: ``DataSetError`` when the file has shrunk or its disk fails.
  public borrowing func populate(_ range: Range<Int>) throws(DataSetError) {
    switch storage {
    case .mapped(let file):
      if let kept, kept.contains(range) { return }
      do throws(FileError) { try file.populate(range) } catch { throw DataSetError(error) }
      kept?.add(range)
    case .memory: break
    case .loadable(let bytes, _): try bytes.populate(range)
    }
  }

  /// Throws if the file is shorter than when it was opened; call it after reading everything.
  ///
  /// - Throws: ``DataSetError`` with the byte at which the file now ends.
  public borrowing func requireWhole() throws(DataSetError) {
    switch storage {
    case .mapped(let file):
      do throws(FileError) { try file.requireWhole() } catch { throw DataSetError(error) }
    case .memory: break
    case .loadable: break
    }
  }

  /// Releases the memory of a range of bytes.
  public borrowing func release(_ range: Range<Int>) {
    switch storage {
    case .mapped(let file): if kept == nil { file.release(range) }
    case .memory: break
    case .loadable(let bytes, _): bytes.release(range)
    }
  }
}
