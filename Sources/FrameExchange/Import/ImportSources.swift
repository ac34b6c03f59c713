internal import FileAccess
internal import FrameCache
internal import FrameConversion
internal import SystemPackage

/// The files of an import, as they were before it began.
struct ImportSources: Sendable {
  private let states: [SourceState]

  /// Queries the files; to be called before anything in them is read.
  ///
  /// - Parameters:
  ///   - path: The folder of the frames.
  ///   - fileNames: Their paths in it.
  /// - Throws: ``FrameCacheError`` if one does not exist.
  init(_ path: FilePath, _ fileNames: [String]) throws(FrameCacheError) {
    var states: [SourceState] = []
    for name in fileNames {
      states.append(try SourceState(of: path.appending(name), named: name))
    }
    self.states = states
  }

  /// The files.
  var paths: [FilePath] { states.map(\.path) }

  /// Bytes of all files; the largest integer if sparse files have more.
  var byteCount: Int {
    states.reduce(0) { sum, state in
      let (next, overflow) = sum.addingReportingOverflow(Int(state.identity.byteCount))
      return overflow ? .max : next
    }
  }

  /// Whether a file is one of them, given its path in the folder.
  func contain(_ fileName: String) -> Bool { states.contains { $0.name == fileName } }

  /// The files for the cache, with their hashes.
  ///
  /// - Throws: ``FrameCacheError`` if one has changed meanwhile.
  func files() throws(FrameCacheError) -> [SourceFile] {
    var files: [SourceFile] = []
    for state in states {
      let hash = try state.contentHash()
      guard try SourceState(of: state.path).identity == state.identity else {
        throw FrameCacheError(
          .source, state.path, "", "the file has changed while the cache was made")
      }
      files.append(
        SourceFile(
          name: state.name, byteCount: UInt64(state.identity.byteCount),
          modificationNanoseconds: state.identity.modificationNanoseconds, contentHash: hash))
    }
    return files.sorted { $0.name < $1.name }
  }
}
