internal import EventData
internal import EventFrames
internal import FileAccess
internal import FrameCache
internal import SystemPackage

/// The state of a cache's source files at the time they were read.
struct SourceSnapshot {
  /// The files, sorted by name.
  let files: [SourceFile]

  private let dataSet: any EventDataSet

  init(_ plan: ConversionPlan) throws(FrameCacheError) {
    dataSet = plan.dataSet
    var found: [SourceFile] = []
    func add(_ name: String, _ identity: FileIdentity?, _ contentHash: UInt64?) {
      guard let identity, let contentHash else { preconditionFailure("a file without a size") }
      found.append(
        SourceFile(
          name: name, byteCount: UInt64(identity.byteCount),
          modificationNanoseconds: identity.modificationNanoseconds, contentHash: contentHash))
    }
    switch dataSet.files {
    case .archive(let identity, let contentHash):
      add(try SourceState(of: dataSet.path).name, identity, contentHash)
    case .folder(let textFiles):
      for file in textFiles { add(file.name, file.identity, file.contentHash) }
      // A table may list a recording in several parts.
      var names: Set<String> = []
      for (recording, scan) in zip(dataSet.recordings, plan.scans)
      where names.insert(recording.fileName).inserted {
        add(recording.fileName, scan.identity, scan.contentHash)
      }
    }
    files = found.sorted { $0.name < $1.name }
  }

  /// Throws if a file has changed since it was read.
  func requireUnchanged() throws(FrameCacheError) {
    let filesByName = Dictionary(
      files.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for state in try SourceState.all(of: dataSet) {
      let source = filesByName[state.name]
      guard let source, source.byteCount == UInt64(state.identity.byteCount),
        source.modificationNanoseconds == state.identity.modificationNanoseconds
      else {
        throw FrameCacheError(
          .source, state.path, "", "the file has changed while the cache was made")
      }
    }
  }
}
