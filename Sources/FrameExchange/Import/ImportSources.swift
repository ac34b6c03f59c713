internal import FileAccess
internal import FrameCache
internal import FrameConversion
internal import SystemPackage

/// The files of an import, as they were before it began.
struct ImportSources {
  private let states: [SourceState]

  init(_ frames: any ForeignFrames) throws(FrameCacheError) {
    var states: [SourceState] = []
    for name in frames.fileNames {
      states.append(try SourceState(of: frames.path.appending(name), named: name))
    }
    self.states = states
  }

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
